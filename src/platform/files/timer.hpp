#pragma once

#include <chrono>

namespace restat::detail {

/// A descriptor, close-on-exec, that becomes readable after a time of the monotonic clock.
/// \source timerfd_create(2)
class timer {
public:
    /// Creates the timer, not started. Its descriptor is -1 on failure, with `errno` set.
    timer() noexcept;
    timer(timer const&) = delete;
    ~timer();

    /// Starts the timer anew: it becomes readable after `span`, or at once if the span is not
    /// positive. Until then it is not readable.
    void start(std::chrono::nanoseconds span) noexcept;
    /// Stops the timer, which is not readable afterwards.
    void stop() noexcept;
    int descriptor() const noexcept { return timer_; }

private:
    int timer_;
};

} // namespace restat::detail
