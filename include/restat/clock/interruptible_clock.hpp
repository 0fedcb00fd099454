#pragma once

#include <restat/clock/waitable_clock.hpp>
#include <restat/export.hpp>

namespace restat {

/// A `waitable_clock` of the system's monotonic time whose waits a stop request or `interrupt`
/// ends at once.
/// \cost one descriptor while it lives; two system calls a wait
/// \threads `interrupt` from any thread; also from a signal handler
/// \source eventfd(2), ppoll(2), clock_gettime(2)
class RESTAT_EXPORT interruptible_clock {
public:
    /// \errors throws `reload_error` when there is no descriptor left
    interruptible_clock();
    interruptible_clock(interruptible_clock&& other) noexcept;
    interruptible_clock& operator=(interruptible_clock&& other) noexcept;
    ~interruptible_clock();

    time_point now() const noexcept;
    wake wait_until(time_point when, std::stop_token stop);
    /// Also ends, with a hint, when `descriptor` is readable.
    wake wait_until(time_point when, std::stop_token stop, int descriptor);

    /// Ends the wait under way, or the next, with `wake::hint`.
    void interrupt() noexcept;

private:
    int event_;
};

} // namespace restat
