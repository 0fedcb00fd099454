#pragma once

#include "oracle/trial.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace oracle {

/// Runs one script in a process of its own, in a new directory below `mount`. A process that does
/// not end within the limit, or crashes, is a failure.
outcome run_apart(configuration const& of, std::vector<step> const& steps, std::uint64_t seed,
                  std::string const& mount, bool has_coarse_stamps, std::chrono::seconds limit);

/// The same failure, or another, with fewer steps.
std::vector<step> shrink(configuration const& of, std::vector<step> steps, std::uint64_t seed,
                         std::string const& mount, bool has_coarse_stamps, bool hangs);

} // namespace oracle
