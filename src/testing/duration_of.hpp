#pragma once

#include <restat/clock/sleep_clock.hpp>

#include <chrono>

namespace restat::testing {

/// Returns the duration of an action, by the monotonic clock.
template <class Action>
std::chrono::nanoseconds duration_of(Action&& action) {
    sleep_clock const clock;
    auto const before = clock.now();
    action();
    return clock.now() - before;
}

} // namespace restat::testing
