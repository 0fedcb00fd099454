#include <restat/clock/sleep_clock.hpp>

#include "platform/files/wait.hpp"

#include <algorithm>

namespace restat {

time_point sleep_clock::now() const noexcept { return detail::monotonic_now(); }

wake sleep_clock::wait_until(time_point when, std::stop_token stop) const {
    constexpr std::chrono::milliseconds nap{50};
    while (!stop.stop_requested()) {
        auto const current = now();
        if (current >= when) return wake::deadline;
        detail::sleep_until(std::min(when, current + nap));
    }
    return wake::stopped;
}

} // namespace restat
