#pragma once

#include <restat/time_point.hpp>

#include <concepts>
#include <stop_token>
#include <string_view>
#include <type_traits>

namespace restat {

/// The reason for the end of a wait.
enum class wake : unsigned char {
    deadline, ///< the requested time has come
    hint,     ///< an event may have happened earlier: check now
    stopped,  ///< the stop token requested a stop
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(wake of) noexcept {
    using enum wake;
    switch (of) {
    case deadline: return "deadline";
    case hint: return "hint";
    case stopped: return "stopped";
    }
    return "invalid";
}

/// A `waitable_clock` returns the current time and waits until a given time.
///
/// Notation: `k` a value of the type, `t` a `time_point`, `s` a `std::stop_token`, `d` an open
/// descriptor.
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `k.now()` | `time_point` | monotonic; never throws |
/// | `k.wait_until(t, s)` | `wake` | returns at `t`, or earlier by a hint or a stop request |
///
/// Optional members:
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `k.wait_until(t, s, d)` | `wake` | the same, and by a hint when `d` is readable |
/// | `k.work_now()` | `time_point` | measures work; monotonic; never throws |
///
/// | member | function | without the member |
/// | --- | --- | --- |
/// | `wait_until` with `d` | `wait_until_readable` | waits at most 20 ms, without `d` |
/// | `work_now` | `restat::work_now` | the time of the steady clock |
///
/// A wrapper takes all optional members from its base, `forwarding_clock`.
///
/// `now()` is for planning: intervals, quiet periods, retries. `work_now()` is for measuring the
/// work of a slice, so it must advance while the caller works, even if `now()` stands still until
/// the next frame. Without `work_now()`, the steady clock measures work. The two are never
/// compared.
///
/// After a hint, `basic_reloader::run` scans at once, regardless of the interval and the CPU share,
/// or takes a slice with `schedule::slice`. A hint names no path. A clock with an event source of
/// its own waits for this source and for `d`, and joins a burst of events into a single hint. The
/// clock reads the events before the return, or every later wait ends at once. A busy source
/// without pauses between its hints causes a scan without end. `d` may differ in each wait. If the
/// hints of a `hinting_enumerator` made `d` readable, `run` checks the hinted paths alone. So a
/// hint of the clock's own source that comes together with a readable `d` ends the next wait, too.
///
/// Rules beyond the compiler's checks: a wait ends within 200 ms of a stop request; after
/// `deadline`, `now()` is at least `t`; a stop request takes precedence over a hint and the
/// deadline.
///
/// Models: `interruptible_clock`, `sleep_clock`, `testing::manual_clock`.
template <class K>
concept waitable_clock = std::move_constructible<K> &&
    requires(K& k, time_point t, std::stop_token s) {
    { k.now() }
    noexcept->std::convertible_to<time_point>;
    { k.wait_until(t, s) } -> std::same_as<wake>;
};

namespace detail {

// Satisfied by types with the optional members, also if they cannot be moved.
template <class K>
concept waits_for_descriptors = requires(K& k, time_point t, std::stop_token s, int d) {
    { k.wait_until(t, s, d) } -> std::same_as<wake>;
};
template <class K>
concept measures_work = requires(K& k) {
    { k.work_now() }
    noexcept->std::convertible_to<time_point>;
};

} // namespace detail

/// A clock whose waits also end when a descriptor becomes readable.
template <class K>
concept descriptor_clock = waitable_clock<K> && detail::waits_for_descriptors<K>;

/// A clock with its own measurement of work.
template <class K>
concept work_clock = waitable_clock<K> && detail::measures_work<K>;

/// Waits like `wait_until`, and until `descriptor` is readable. If the clock cannot wait for
/// descriptors, or the descriptor is negative, waits at most 20 ms: the caller then checks for
/// itself.
template <class K>
wake wait_until_readable(K& clock, time_point when, std::stop_token const& stop, int descriptor) {
    if constexpr (detail::waits_for_descriptors<K>) {
        if (descriptor >= 0) return clock.wait_until(when, stop, descriptor);
    }
    time_point const soon = clock.now() + std::chrono::milliseconds{20};
    return clock.wait_until(when < soon ? when : soon, stop);
}

/// Returns the time for measuring work: `clock.work_now()`, or the steady clock's time without
/// this member.
template <class K>
time_point work_now(K& clock) noexcept {
    if constexpr (detail::measures_work<K>) {
        return clock.work_now();
    } else {
        return std::chrono::steady_clock::now();
    }
}

} // namespace restat
