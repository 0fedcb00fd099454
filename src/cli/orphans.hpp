#pragma once

#include <vector>

namespace restat::cli {

/// Takes away the children of this process that have ended, but for these: what the command left
/// behind, and whatever is left to the first process of a PID namespace.
/// \cost one system call if there are none
/// \source proc_pid_task_tid_children(5)
void reap_orphans(std::vector<int> const& but);

} // namespace restat::cli
