#pragma once

#include <restat/detail/chrono.hpp>

namespace restat::detail {

// The defaults of every strategy that stops a program.

/// The signal for a graceful stop: TERM.
inline constexpr int default_signal = 15;
/// The time from this signal until KILL.
inline constexpr std::chrono::nanoseconds default_grace = std::chrono::seconds{3};
/// The time limit of a `readiness` condition.
inline constexpr std::chrono::nanoseconds default_ready_limit = std::chrono::seconds{10};

} // namespace restat::detail
