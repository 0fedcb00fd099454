#pragma once

#include <initializer_list>
#include <vector>

namespace restat::detail {

/// Makes this process the permanent parent of orphaned descendants. Returns false, and does
/// nothing, if descendants would be indistinguishable from other processes. This process may
/// already have children, or may be the first process of a PID namespace and adopt unrelated
/// processes, or the kernel may lack lists of children.
/// \source PR_SET_CHILD_SUBREAPER(2const), proc_pid_task_tid_children(5)
bool adopt_orphans();

/// Whether a child of this process is alive, ignoring `but`.
enum class child_life : unsigned char { none, some, unknown };

/// Looks for living children and reaps zombies. Without children there are no descendants either,
/// since orphans become children of this process. The result is exact only if no other code reaps
/// zombies during the call: the kernel's list may then skip an entry. Do not use it if CHLD is
/// ignored.
/// \cost a file opened for each thread of this process
child_life check_children(std::initializer_list<int> but) noexcept;

/// Returns the descendants of this process, zombies included, except `but` and its descendants. A
/// process created during the call may be missing; a process orphaned during the call is
/// included.
/// \cost a file opened for each thread of each process, twice or more
std::vector<int> descendants_of_this_process(std::initializer_list<int> but);

} // namespace restat::detail
