#pragma once

#include <restat/time_point.hpp>

#include <concepts>
#include <stop_token>

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

} // namespace restat
