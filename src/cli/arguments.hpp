#pragma once

#include "settings.hpp"

namespace restat::cli {

/// Parses the arguments of `main` and returns the settings of the program. Every argument after
/// the first `--` belongs to the command, byte for byte.
/// \errors throws `usage_error` for invalid arguments, without reading any file
settings parse_arguments(int count, char const* const* arguments);

} // namespace restat::cli
