#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// Who belongs to a program: the process group that it began with, and those that left the group
/// but have a mark in their environment, if there is one.
struct process_family {
    int group = 0;
    std::string_view mark = {};
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

/// Whether any of them lives.
/// \cost one system call for each process of the system; three more if there is a mark and the
/// group is gone
/// \source proc_pid_stat(5), proc_pid_environ(5)
family_life look_for(process_family const& whom) noexcept;

/// Who lives of them, as far as can be seen.
std::vector<relative> members_of(process_family const& whom);

/// Sends a signal to those that left the group, to no process that has their number since; false
/// if there was none.
/// \source pidfd_send_signal(2)
bool signal_strays(int group, std::string_view mark, int signal) noexcept;

/// Whether a process of the group lives, as far as can be seen.
bool group_has_members(int group) noexcept;

} // namespace restat::detail
