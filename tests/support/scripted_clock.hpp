#pragma once

#include "platform/files/wait.hpp"

#include <restat/testing/manual_clock.hpp>

#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace tests {

/// A `waitable_clock` for `run` on a single thread: each wait first does what the test has planned
/// for its time. A wait for a descriptor ends once the descriptor is readable. Copies share all.
class scripted_clock {
public:
    restat::time_point now() const noexcept { return time.now(); }
    restat::time_point work_now() const noexcept { return time.work_now(); }
    restat::wake wait_until(restat::time_point when, std::stop_token stop) const {
        return wait_until(when, std::move(stop), -1);
    }
    restat::wake wait_until(restat::time_point when, std::stop_token stop, int descriptor) const {
        ++script_->waits;
        for (;;) {
            if (stop.stop_requested()) return restat::wake::stopped;
            if (is_readable(descriptor)) return restat::wake::hint;
            auto const next = script_->plan.begin();
            if (next == script_->plan.end() || next->first > when) break;
            pass(next->first);
            auto const act = std::move(next->second);
            script_->plan.erase(next);
            act();
        }
        pass(when);
        return restat::wake::deadline;
    }

    /// Plans an act of the world.
    void at(restat::time_point when, std::function<void()> act) const {
        script_->plan.emplace(when, std::move(act));
    }
    int waits() const noexcept { return script_->waits; }

    restat::testing::manual_clock time;

private:
    struct script {
        std::multimap<restat::time_point, std::function<void()>> plan;
        int waits = 0;
    };

    static bool is_readable(int descriptor) {
        return descriptor >= 0 &&
               restat::detail::wait_readable(descriptor, -1, restat::time_point::min());
    }
    void pass(restat::time_point when) const {
        if (when > now()) time.advance(when - now());
    }

    std::shared_ptr<script> script_ = std::make_shared<script>();
};

/// The same clock without waits for descriptors.
class plain_scripted_clock {
public:
    explicit plain_scripted_clock(scripted_clock of) : of_{std::move(of)} {}
    restat::time_point now() const noexcept { return of_.now(); }
    restat::time_point work_now() const noexcept { return of_.work_now(); }
    restat::wake wait_until(restat::time_point when, std::stop_token stop) const {
        return of_.wait_until(when, std::move(stop));
    }

private:
    scripted_clock of_;
};

} // namespace tests
