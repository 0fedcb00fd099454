#pragma once

#include <restat/detail/chrono.hpp>

namespace restat {

/// A point of the monotonic time; every schedule of the library uses this time.
using time_point = std::chrono::steady_clock::time_point;

} // namespace restat
