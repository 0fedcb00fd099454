#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/change_set.hpp>

namespace restat {

/// Returns the same changes in a form for users who handle one name at a time. Each rename
/// becomes the removal of the former name and the addition of the new name, whose `from` still
/// holds the former name.
[[nodiscard]] RESTAT_EXPORT change_set without_renames(change_set const& changes);

} // namespace restat
