#pragma once

#include <initializer_list>
#include <vector>

namespace restat::detail {

/// Has the kernel give to this process, for good, what its descendants leave behind. False, and
/// nothing done, if that would not tell them from others: it has children already, or is the first
/// of a PID namespace, which is given strangers too; or if the kernel has no lists of children.
/// \source PR_SET_CHILD_SUBREAPER(2const), proc_pid_task_tid_children(5)
bool adopt_orphans();

/// Whether a child of this process lives, `but` left aside.
enum class child_life : unsigned char { none, some, unknown };

/// Takes the zombies among them. With none there is no descendant either: whose parent is gone is
/// a child of the one that adopts. Exact as long as nobody else takes zombies meanwhile, since the
/// kernel's list may then skip one; so not where CHLD is ignored.
/// \cost a file opened for each thread of this process
child_life look_for_children(std::initializer_list<int> but) noexcept;

/// The children of this process, `but` left aside, and theirs, zombies too. A process that is born
/// during the call may be missing; a process that loses its parent is not.
/// \cost a file opened for each thread of each, twice or more
std::vector<int> descendants_of_this_process(std::initializer_list<int> but);

} // namespace restat::detail
