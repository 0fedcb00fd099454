#pragma once

#include <restat/stat_record.hpp>

#include <string_view>
#include <vector>

namespace restat::cli {

/// The names of the fields in a set, in order of name.
std::vector<std::string_view> field_names(fields of);

} // namespace restat::cli
