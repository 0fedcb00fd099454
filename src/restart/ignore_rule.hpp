#pragma once

#include <restat/export.hpp>

#include <string>
#include <vector>

namespace restat::detail {

/// The glob that ignores these paths and few others: of more than four paths the pattern of their
/// common directory, if they share one.
RESTAT_EXPORT std::string ignore_rule_for(std::vector<std::string> const& paths);

} // namespace restat::detail
