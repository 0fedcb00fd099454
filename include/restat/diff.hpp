#pragma once

#include <restat/change_set.hpp>
#include <restat/snapshot.hpp>

namespace restat {

/// What turned one snapshot into another. Differences that are no edit (`is_edit`)
/// are left out, and so is the coming and going of incidental entries.
/// \cost one pass over both
RESTAT_EXPORT change_set diff(snapshot const& before, snapshot const& after);

} // namespace restat
