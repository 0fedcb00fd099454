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
/// | `k.wait_until(t, s, d)` (optional) | `wake` | the same, and by a hint when `d` is readable |
/// | `k.work_now()` (optional) | `time_point` | measures work; monotonic; never throws |
///
/// `now()` is for planning: intervals, quiet periods, retries. `work_now()` is for measuring the
/// work of a slice, so it must advance while the caller works, even if `now()` stands still until
/// the next frame. Without `work_now()`, the steady clock measures work. The two are never
/// compared.
///
/// After a hint, `basic_reloader::run` scans at once, regardless of the interval and the CPU share,
/// or takes a slice with `schedule::slice`. A hint names no path. A clock with an event source of
/// its own waits for this source and for `d`, and joins a burst of events into a single hint. The
/// clock reads the events before the return, or every later wait ends at once.
///
/// Rules beyond the compiler's checks: a wait ends within 200 ms of a stop request; after
/// `deadline`, `now()` is at least `t`; a stop request takes precedence over a hint and the
/// deadline.
template <class K>
concept waitable_clock = std::move_constructible<K> &&
    requires(K& k, time_point t, std::stop_token s) {
    { k.now() }
    noexcept->std::convertible_to<time_point>;
    { k.wait_until(t, s) } -> std::same_as<wake>;
};

/// A clock whose waits also end when a descriptor becomes readable.
template <class K>
concept descriptor_clock = waitable_clock<K> &&
    requires(K& k, time_point t, std::stop_token s, int d) {
    { k.wait_until(t, s, d) } -> std::same_as<wake>;
};

/// A clock with its own measurement of work.
template <class K>
concept work_clock = waitable_clock<K> && requires(K& k) {
    { k.work_now() }
    noexcept->std::convertible_to<time_point>;
};

/// Returns the time for measuring work: `clock.work_now()`, or the steady clock's time without
/// this member. A clock wrapping another clock implements its own `work_now()` with this
/// function.
template <class K>
time_point work_now(K& clock) noexcept {
    if constexpr (work_clock<std::remove_const_t<K>>) {
        return clock.work_now();
    } else {
        return std::chrono::steady_clock::now();
    }
}

} // namespace restat
