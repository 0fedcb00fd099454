#pragma once

#include "platform/process/launch.hpp"

#include <string>
#include <system_error>
#include <vector>

namespace restat::detail {

/// Describes the next program of this process: a run of the recorded program.
struct exec_request {
    launch_record const& launch;
    std::vector<std::string> const& environment; ///< replaces the environment of the record
    /// Descriptors to number from 3 on.
    std::vector<int> const& placed;
    /// More descriptors, under their own numbers behind the placed descriptors. A closed number
    /// is skipped.
    std::vector<int> const& kept;
    /// Whether exec closes all descriptors except these and those of 0, 1 and 2 that were open at
    /// the start of this process.
    bool closes_others;
};

/// Replaces this process by a run of the program, without further checks. Returns only on
/// failure, with everything undone except the flush of `stdio`.
/// \source execve(2), "Effect on process attributes"
std::error_code become(exec_request const& what);

/// Returns true if the process runs as root.
bool is_root() noexcept;

} // namespace restat::detail
