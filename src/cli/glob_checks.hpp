#pragma once

#include "absolute_globs.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// Rejects globs of an option that cannot match any path at or below the PATHs: `!out`, `../out`,
/// `a//b`.
/// \errors throws `usage_error` with the glob to write instead
void check_globs(std::string_view option, std::vector<std::string> const& globs,
                 std::vector<std::string> const& paths);
/// Rejects an absolute glob outside of every PATH: `/out`.
/// \errors throws `usage_error` with the glob to write instead
void check_reach(std::string_view option, absolute_globs const& globs,
                 std::vector<std::string> const& paths);

} // namespace restat::cli
