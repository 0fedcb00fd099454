#pragma once

#include <vector>

namespace restat::cli {

/// Whether orphans become children of this process: it is the first of its PID namespace.
bool adopts_orphans() noexcept;

/// Takes away the children of this process that have ended, but for these.
/// \source proc_tid_children(5)
void reap_orphans(std::vector<int> const& but);

} // namespace restat::cli
