#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// Returns the content of a file; of standard input for `-`.
/// \errors throws `usage_error` with the option if the file cannot be read
std::string read_file(std::string_view option, std::string const& path);

/// Returns the paths of a list: terminated by NUL if the list has a NUL, otherwise one per line.
/// Skips empty lines.
std::vector<std::string> split_paths(std::string_view list);

} // namespace restat::cli
