#pragma once

#include "linux/launch.hpp"

#include <string>
#include <system_error>
#include <vector>

namespace restat::detail {

/// What this process is to become: a run of the program that was started as the record says.
struct exec_request {
    launch_record const& launch;
    std::vector<std::string> const& environment; ///< in place of that of the record
    /// Descriptors that the program gets from 3 on.
    std::vector<int> const& placed;
    /// More, under their own numbers, which are behind those. One that is closed by then is
    /// passed over.
    std::vector<int> const& kept;
    /// Whether all but these and 0, 1 and 2 are closed by the exec.
    bool closes_others;
};

/// Becomes a run of the program; what was checked before was the caller's part. Returns only if
/// that failed, with everything undone but the flush of `stdio`.
/// \source execve(2), "Effect on process attributes"
std::error_code become(exec_request const& what);

/// Whether the process runs as root.
bool is_root() noexcept;

} // namespace restat::detail
