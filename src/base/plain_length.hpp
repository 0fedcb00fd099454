#pragma once

#include <restat/detail/chrono.hpp>

#include <string>

namespace restat::detail {

/// Returns a duration for people: "0.4 ms", "75 ms", "1.5 s", "3 min".
std::string plain_length(std::chrono::nanoseconds time);

} // namespace restat::detail
