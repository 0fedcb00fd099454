#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// The processes of a program: its original process group, and escaped processes with a mark in
/// their environment, if there is a mark. Alternatively all descendants of this process, a
/// subreaper for escaped processes.
struct process_family {
    enum class membership : bool { marked, descended };

    int group = 0; ///< also the pid of its leader
    std::string_view mark = {};
    membership known_by = membership::marked;
    int aside = 0; ///< a child of this process outside the family
};

/// A living process of a family.
struct family_member {
    int pid = 0;
    bool in_group = true;
    std::string name = {}; ///< as the kernel reports it, 15 bytes at most
};

enum class family_life : unsigned char {
    none,
    some,
    unseen,  ///< /proc is missing, or belongs to another PID namespace
    unknown, ///< unreadable for lack of descriptors or memory
};

/// Returns whether a process of the family is alive. For descendants, call it only after the
/// leader's end.
/// \cost a system call for each process of the system; three more if there is a mark and the
/// group is gone; about ten in total for descendants
/// \source proc_pid_stat(5), proc_pid_environ(5)
family_life check_family(process_family const& whom) noexcept;

/// Returns the known living processes of the family.
std::vector<family_member> members_of(process_family const& whom);

/// Sends signals to the escaped processes, never to a process that reuses an escaped process's
/// number. Signal the group first, since a process may leave the group at any time. Escaped
/// processes orphaned by this first signal are still found.
/// \source pidfd_send_signal(2)
void signal_strays(process_family const& whom, std::initializer_list<int> signals) noexcept;

/// Returns true if a known process of the group is alive.
bool group_has_members(int group) noexcept;

} // namespace restat::detail
