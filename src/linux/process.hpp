#pragma once

#include "linux/memfd.hpp"
#include "linux/signal.hpp"

#include <restat/restart/exit_status.hpp>

#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace restat::detail {

/// What a new process is to be. Everything in it is made before the fork.
struct spawn_request {
    std::string path; ///< of the program
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    signal_state signals;
    std::vector<int> keep;    ///< descriptors that it inherits beside 0, 1 and 2
    std::function<int()> run; ///< if set, called in the child in place of an exec
    enum class on_terminal : bool { background, foreground } place = on_terminal::background;
};

/// Starts a process that leads a group of its own and dies with this thread.
/// \errors what fork or exec said; no process is left then
int spawn(spawn_request const& what, std::error_code& error);

/// How a process ended; `error` if nobody can tell any more.
struct process_end {
    exit_status status;
    std::error_code error;
};

/// Whether a child has ended, leaving it as a zombie, so that its number stays its own.
std::optional<process_end> look_at_end(int pid) noexcept;
/// Whether a child was stopped by the terminal since this was last asked.
bool was_suspended(int pid) noexcept;
/// Takes the zombies of a group that are this process's children. Only for a group all dead.
void reap_group(int group) noexcept;
/// Takes one child that has ended.
void reap(int pid) noexcept;

/// Readable when the process has ended; empty if the system has no such thing.
held_descriptor end_descriptor(int pid) noexcept;
/// Waits until the descriptor is readable; without one, for as long as it takes at most.
void wait_readable(int descriptor, int milliseconds) noexcept;

enum class group_life : unsigned char { none, some, unknown };
/// Whether a group has members that are not zombies; unknown where /proc does not tell.
/// \cost one system call for each process of the system
/// \source proc_pid_stat(5)
group_life look_for_members(int group) noexcept;
/// Whether the kernel knows the group, dead members included.
bool group_exists(int group) noexcept;
void signal_group(int group, int signal) noexcept;

int this_process() noexcept;

} // namespace restat::detail
