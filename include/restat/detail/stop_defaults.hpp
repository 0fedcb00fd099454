#pragma once

#include <restat/detail/chrono.hpp>

namespace restat::detail {

// The defaults of every strategy that stops a program.

/// The signal for a graceful stop: TERM.
inline constexpr int default_signal = 15;
/// The signal that asks a program to reload its files: HUP.
inline constexpr int default_change_signal = 1;
/// The time from the stop signal until KILL.
inline constexpr std::chrono::nanoseconds default_grace = std::chrono::seconds{3};
/// The time limit of a `readiness` condition.
inline constexpr std::chrono::nanoseconds default_ready_limit = std::chrono::seconds{10};

} // namespace restat::detail
