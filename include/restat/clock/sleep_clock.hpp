#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/clock/waitable_clock.hpp>
#include <restat/export.hpp>

namespace restat {

/// A `waitable_clock` that sleeps in naps of at most 50 ms and checks the stop token between two
/// naps. Holds no resources at all.
/// \source clock_nanosleep(2)
class RESTAT_EXPORT sleep_clock {
public:
    /// Returns the system's monotonic time.
    time_point now() const noexcept;
    /// Sleeps until `when`; a stop request ends the sleep within 50 ms.
    wake wait_until(time_point when, std::stop_token stop) const;
};

} // namespace restat
#endif
