#pragma once

#include <restat/clock/waitable_clock.hpp>
#include <restat/export.hpp>

namespace restat {

/// A `waitable_clock` that just sleeps, in naps of at most 50 ms between which it looks at the
/// stop token. Holds nothing.
/// \source clock_nanosleep(2)
class RESTAT_EXPORT sleep_clock {
public:
    time_point now() const noexcept;
    wake wait_until(time_point when, std::stop_token stop) const;
};

} // namespace restat
