#pragma once

#include <restat/time_point.hpp>

#include <concepts>
#include <stop_token>
#include <type_traits>

namespace restat {

/// Why a wait ended.
enum class wake : unsigned char {
    deadline, ///< the time came
    hint,     ///< something may have happened earlier: look now
    stopped,  ///< the stop token asked for it
};

/// A `waitable_clock` tells the time and waits.
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
/// `now()` plans: intervals, quiet periods, retries. `work_now()` measures how long the work of a
/// slice takes, so it advances while the caller works, even if `now()` stands still until the next
/// frame. Without `work_now()`, the steady clock measures work. The two are never compared.
///
/// Rules that a compiler cannot see: a wait ends within 200 ms of a stop request; `now()` is at
/// least `t` after `deadline`; a stop request outweighs the rest.
///
/// Models: `sleep_clock`, `interruptible_clock`, `testing::manual_clock`.
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

/// A clock that measures work itself.
template <class K>
concept work_clock = waitable_clock<K> && requires(K& k) {
    { k.work_now() }
    noexcept->std::convertible_to<time_point>;
};

/// Returns the time by which work is measured: `clock.work_now()`, or without it the time of the
/// steady clock. A clock that wraps another clock implements its own `work_now()` by this.
template <class K>
time_point work_now(K& clock) noexcept {
    if constexpr (work_clock<std::remove_const_t<K>>) {
        return clock.work_now();
    } else {
        return std::chrono::steady_clock::now();
    }
}

} // namespace restat
