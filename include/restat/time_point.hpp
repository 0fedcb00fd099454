#pragma once

#include <restat/detail/chrono.hpp>

namespace restat {

/// A point of the monotonic time by which everything here is planned.
using time_point = std::chrono::steady_clock::time_point;

} // namespace restat
