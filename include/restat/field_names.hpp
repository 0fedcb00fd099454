#pragma once

#include <restat/stat_record.hpp>

#include <string_view>
#include <vector>

namespace restat {

/// The names of the fields in a set, as they are spelled in `fields`, in order of name.
RESTAT_EXPORT_OR({}, std::vector<std::string_view> field_names(fields of))

} // namespace restat
