#pragma once

#include <restat/testing/manual_clock.hpp>

#include <chrono>
#include <stop_token>

/// Each call of `work_now` takes a microsecond of work time.
struct ticking_clock {
    restat::testing::manual_clock real;
    restat::time_point now() const noexcept { return real.now(); }
    restat::time_point work_now() const noexcept {
        real.work(std::chrono::microseconds{1});
        return real.work_now();
    }
    restat::wake wait_until(restat::time_point, std::stop_token) const {
        return restat::wake::deadline;
    }
};
