#pragma once

#include <restat/detail/chrono.hpp>

#include <algorithm>

namespace restat::detail {

inline constexpr std::chrono::nanoseconds longest_time = std::chrono::hours{24 * 365 * 10};

/// Returns the rest after some work, so the work takes no more than `cpu_share` of the whole time.
inline std::chrono::nanoseconds rest_after(std::chrono::nanoseconds spent,
                                           double share) noexcept {
    double const rest = static_cast<double>(spent.count()) * (1 / share - 1);
    double const most = static_cast<double>(longest_time.count());
    return std::chrono::nanoseconds{
        static_cast<std::chrono::nanoseconds::rep>(std::clamp(rest, 0.0, most))};
}

/// Returns the amount of work in this share of a time; at least 1 ns.
inline std::chrono::nanoseconds budget_in(std::chrono::nanoseconds time, double share) noexcept {
    double const work = static_cast<double>(time.count()) * share;
    return std::chrono::nanoseconds{1 + static_cast<std::chrono::nanoseconds::rep>(work)};
}

} // namespace restat::detail
