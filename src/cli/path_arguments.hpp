#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace restat::cli {

/// Returns whether an argument is exactly `{}`.
bool has_placeholder(std::vector<std::string> const& command);

/// Returns the bytes that an argument list may have beside these variables.
/// \source execve(2), Limits on size of arguments and environment
std::size_t bytes_beside(std::vector<std::string> const& environment) noexcept;

/// Returns `command` with the paths in the place of each `{}`; as many of the first paths as fit
/// into so many bytes of an argument list. `inserted` becomes their count. A path that starts with
/// `-` gets a leading `./`, so that no program takes the path for an option.
std::vector<std::string> with_paths(std::vector<std::string> const& command,
                                    std::vector<std::string> const& paths, std::size_t bytes,
                                    std::size_t& inserted);

} // namespace restat::cli
