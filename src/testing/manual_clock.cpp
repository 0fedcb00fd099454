#include <restat/testing/manual_clock.hpp>

#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

namespace restat::testing {

struct manual_clock::state {
    mutable std::mutex mutex;
    std::condition_variable_any moved;
    time_point now{std::chrono::hours{1}};
    std::chrono::nanoseconds worked{}; // while `now` stood still
    bool hinted = false;
    std::multiset<time_point> sleepers;
};

manual_clock::manual_clock() : state_{std::make_shared<state>()} {}

time_point manual_clock::now() const noexcept {
    std::lock_guard const lock{state_->mutex};
    return state_->now;
}

time_point manual_clock::work_now() const noexcept {
    std::lock_guard const lock{state_->mutex};
    return state_->now + state_->worked;
}

wake manual_clock::wait_until(time_point when, std::stop_token stop) const {
    std::unique_lock lock{state_->mutex};
    auto const sleeper = state_->sleepers.insert(when);
    state_->moved.notify_all();
    auto const over = [&] { return state_->hinted || state_->now >= when; };
    state_->moved.wait(lock, stop, over);
    state_->sleepers.erase(sleeper);
    if (stop.stop_requested()) return wake::stopped;
    return std::exchange(state_->hinted, false) ? wake::hint : wake::deadline;
}

void manual_clock::advance(std::chrono::nanoseconds by) const {
    std::lock_guard const lock{state_->mutex};
    state_->now += by;
    state_->moved.notify_all();
}

void manual_clock::work(std::chrono::nanoseconds time) const {
    std::lock_guard const lock{state_->mutex};
    state_->worked += time;
}

void manual_clock::hint() const {
    std::lock_guard const lock{state_->mutex};
    state_->hinted = true;
    state_->moved.notify_all();
}

time_point manual_clock::next_sleeper() const {
    std::unique_lock lock{state_->mutex};
    auto const asleep = [&] {
        return !state_->sleepers.empty() && *state_->sleepers.begin() > state_->now;
    };
    bool const found = state_->moved.wait_for(lock, std::chrono::seconds{10}, asleep);
    return found ? *state_->sleepers.begin() : time_point::max();
}

} // namespace restat::testing
