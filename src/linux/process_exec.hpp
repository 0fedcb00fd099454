#pragma once

#include "linux/signal.hpp"

#include <string>
#include <system_error>
#include <vector>

namespace restat::detail {

/// What this process is to become.
struct exec_request {
    std::string const& path;
    std::string const& directory;
    std::vector<std::string> const& arguments;
    std::vector<std::string> const& environment;
    signal_state const& signals;
    int inherited; ///< a descriptor that the program inherits, or -1
};

/// Becomes a run of the program; what was checked before was the caller's part. Returns only if
/// that failed, with everything undone but the flush of `stdio`.
/// \source execve(2), "Effect on process attributes"
std::error_code become(exec_request const& what);

/// Whether the process runs as root.
bool is_root() noexcept;

} // namespace restat::detail
