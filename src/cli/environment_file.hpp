#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// Parses lines such as `NAME=VALUE` and `export NAME="VALUE"` into assignments. Skips empty lines
/// and comments. A value in quotes is taken as it is, without the quotes; any other value ends
/// before blanks and a `#`. Nothing is expanded.
/// \errors throws `std::invalid_argument` with the number of a line that is no assignment, or
/// that sets a variable of restat itself
std::vector<std::string> parse_environment(std::string_view text);

} // namespace restat::cli
