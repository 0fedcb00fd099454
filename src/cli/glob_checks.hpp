#pragma once

#include "settings.hpp"

namespace restat::cli {

/// Rejects globs of `-g` and `-i` that cannot match any path: `!out`, `/out` outside of every
/// PATH, `../out`, `a//b`.
/// \errors throws `usage_error` with the glob to write instead
void check_globs(file_settings const& files);

} // namespace restat::cli
