#pragma once

#include <restat/clock/waitable_clock.hpp>

#include <memory>

namespace restat::testing {

/// A `waitable_clock` whose time stands still until a test advances it. The time that measures
/// work advances with it, and alone by `work`.
///
/// Copies share one time, so a test keeps a copy of the one that it gives to a reloader. A wait
/// blocks until another thread advances the time, wakes it or stops it.
/// \threads any
class manual_clock {
public:
    manual_clock();

    time_point now() const noexcept;
    /// Returns `now()` plus all that `work` added.
    time_point work_now() const noexcept;
    wake wait_until(time_point when, std::stop_token stop) const;

    /// Lets time pass, and ends the waits that are due.
    void advance(std::chrono::nanoseconds by) const;
    /// Lets work take time while `now()` stands still, as it does within a frame of a game.
    void work(std::chrono::nanoseconds time) const;
    /// Ends the wait under way, or the next, with `wake::hint`.
    void hint() const;
    /// When the wait under way is due; waits for one to begin. `max()` if none does for 10 s.
    time_point next_sleeper() const;

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace restat::testing
