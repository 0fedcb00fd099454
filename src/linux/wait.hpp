#pragma once

#include <restat/clock/waitable_clock.hpp>

/// Thin facade over the waits of the system: ppoll(2) and clock_nanosleep(2).
namespace restat::os {

/// The monotonic time.
time_point monotonic_now() noexcept;

/// Waits until one of two descriptors is readable, closed at its other end or broken, but not
/// beyond `when`; -1 stands for no descriptor. Whether one may be.
/// Signals do not end the wait; a failure of the system does, after a nap.
bool wait_readable(int first, int second, time_point when) noexcept;

/// Sleeps until `when`. Signals do not end the sleep.
void sleep_until(time_point when) noexcept;

} // namespace restat::os
