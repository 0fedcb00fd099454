#pragma once

#include <restat/clock/waitable_clock.hpp>

#include <memory>

namespace restat::testing {

/// A `waitable_clock` whose time stands still until a test advances it. The work time advances
/// with this time, and separately by `work`.
///
/// Copies share the same time, so a test keeps a copy of the clock of its reloader. A wait blocks
/// until another thread advances the time, wakes the wait or stops it.
/// \threads any
class manual_clock {
public:
    /// Starts a time of its own; copies share it.
    manual_clock();

    /// Returns the current time, as advanced by the test.
    time_point now() const noexcept;
    /// Returns `now()` plus all time added by `work`.
    time_point work_now() const noexcept;
    /// Blocks until the test advances the time to `when`, gives a hint, or requests a stop.
    wake wait_until(time_point when, std::stop_token stop) const;

    /// Advances the time, and ends the waits whose time has come.
    void advance(std::chrono::nanoseconds by) const;
    /// Adds work time while `now()` stands still, as within a frame of a game.
    void work(std::chrono::nanoseconds time) const;
    /// Ends the current wait, or the next, with `wake::hint`.
    void hint() const;
    /// Returns the end time of the current wait, and blocks until some wait has begun. Returns
    /// `max()` if none begins within 10 s.
    time_point next_sleeper() const;

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace restat::testing
