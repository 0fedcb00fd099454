#pragma once

#include <restat/change_set.hpp>

namespace restat {

/// The same changes for those who deal with one name at a time: each rename as the removal of the
/// former name and the addition of the new one, which still says whence it came.
RESTAT_EXPORT change_set without_renames(change_set const& changes);

} // namespace restat
