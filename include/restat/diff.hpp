#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/change_set.hpp>
#include <restat/snapshot.hpp>

namespace restat {

/// Returns the changes between two snapshots. Leaves out every difference without an edit (see
/// `is_edit`), and the start or end of the listing of incidental entries.
/// \cost a single pass over both snapshots
[[nodiscard]] RESTAT_EXPORT change_set diff(snapshot const& before, snapshot const& after);

} // namespace restat
