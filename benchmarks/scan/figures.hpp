#pragma once

#include "results.hpp"

namespace bench {

/// Memory, allocations and idle CPU, each taken in a process of its own.
std::vector<figure> measure_costs(corpus const& of, double idle_seconds);

/// System calls per file, counted by strace: those of a rescan, and those of whoever else walks
/// the tree. Nothing where there is no strace.
std::vector<figure> measure_calls(corpus const& of, std::string const& scratch);

} // namespace bench
