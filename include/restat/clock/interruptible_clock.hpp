#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/clock/waitable_clock.hpp>
#include <restat/export.hpp>

namespace restat {

/// A `waitable_clock` of the system's monotonic time. A stop request or `interrupt` ends its
/// waits at once.
/// \cost a descriptor per clock; two system calls per wait
/// \threads call `interrupt` from any thread, and from a signal handler
/// \source eventfd(2), ppoll(2), clock_gettime(2)
class RESTAT_EXPORT interruptible_clock {
public:
    /// Opens the wake-up event.
    /// \errors throws `reload_error` if no descriptor is available
    interruptible_clock();
    interruptible_clock(interruptible_clock&& other) noexcept;
    interruptible_clock& operator=(interruptible_clock&& other) noexcept;
    ~interruptible_clock();

    /// Returns the system's monotonic time.
    time_point now() const noexcept;
    /// Waits until `when`; a stop request or `interrupt` ends the wait early.
    wake wait_until(time_point when, std::stop_token stop);
    /// Waits like the other form; also ends, with a hint, when `descriptor` is readable. A
    /// descriptor that stays readable ends every wait at once.
    wake wait_until(time_point when, std::stop_token stop, int descriptor);

    /// Ends the current wait, or the next, with `wake::hint`. If the descriptor of this wait is
    /// readable, too, the wait after it ends as well.
    void interrupt() noexcept;

private:
    int event_;
};

} // namespace restat
#endif
