#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// Who belongs to a program: the process group that it began with, and those that left the group
/// but have a mark in their environment, if there is one; or whoever descends from this process,
/// which has adopted what they left behind.
struct process_family {
    enum class kinship : bool { marked, descended };

    int group = 0; ///< the number of its leader, too
    std::string_view mark = {};
    kinship known_by = kinship::marked;
    int aside = 0; ///< a child of this process that is none of them
};

/// One of them, that is no zombie.
struct relative {
    int pid = 0;
    bool in_group = true;
    std::string name = {}; ///< as the kernel has it, 15 bytes at most
};

enum class family_life : unsigned char {
    none,
    some,
    unseen,  ///< /proc is missing, or that of another PID namespace
    unknown, ///< it could not be read now, for want of descriptors or memory
};

/// Whether any of them lives. Of descendants, only once the leader has ended.
/// \cost one system call for each process of the system; three more if there is a mark and the
/// group is gone; for descendants about ten in all
/// \source proc_pid_stat(5), proc_pid_environ(5)
family_life look_for(process_family const& whom) noexcept;

/// Who lives of them, as far as can be seen.
std::vector<relative> members_of(process_family const& whom);

/// Sends signals to those that left the group, and to no process that has their number since. To
/// be done after the group got them, as one may leave it any time; that some lose their parent by
/// that does not hide them.
/// \source pidfd_send_signal(2)
void signal_strays(process_family const& whom, std::initializer_list<int> signals) noexcept;

/// Whether a process of the group lives, as far as can be seen.
bool group_has_members(int group) noexcept;

} // namespace restat::detail
