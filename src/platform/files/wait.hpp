#pragma once

#include <restat/time_point.hpp>

/// Thin facade over the waits of the system: ppoll(2) and clock_nanosleep(2).
namespace restat::detail {

/// Returns the monotonic time.
time_point monotonic_now() noexcept;

/// Waits until either descriptor is readable, closed at its other end, or broken, but at most
/// until `when`; -1 means no descriptor. Returns true if a descriptor may be readable. Signals do
/// not end the wait; a system failure does, after a short sleep.
bool wait_readable(int first, int second, time_point when) noexcept;

/// Sleeps until `when`. Signals do not end the sleep.
void sleep_until(time_point when) noexcept;

} // namespace restat::detail
