#pragma once

#include <string>
#include <vector>

namespace restat::detail {

/// Returns a glob for these paths and few others. For more than four paths with a common
/// directory, the glob covers the whole directory.
std::string ignore_rule_for(std::vector<std::string> const& paths);

} // namespace restat::detail
