#pragma once

#include <vector>

namespace restat::cli {

/// Reaps the exited children of this process, except for the given pids: orphans left by the
/// command, and every orphan if this is the first process of a PID namespace.
/// \cost one system call if no child has exited
/// \source proc_pid_task_tid_children(5)
void reap_orphans(std::vector<int> const& except);

/// Returns whether /proc shows this process, and so the processes of the command too.
bool can_see_processes();

} // namespace restat::cli
