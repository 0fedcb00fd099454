#pragma once

#include "settings.hpp"

namespace restat::cli {

/// What the arguments of `main` ask for. All behind the first `--` is the command, byte for byte.
/// \errors throws `usage_error` for arguments that make no sense, without a look at any file
settings parse_arguments(int count, char const* const* arguments);

} // namespace restat::cli
