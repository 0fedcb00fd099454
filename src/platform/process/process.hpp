#pragma once

#include "platform/files/descriptor.hpp"

#include <restat/restart/exit_status.hpp>

#include <optional>
#include <system_error>

namespace restat::detail {

/// How a process ended; `error` is set if the status is unavailable.
struct process_end {
    exit_status status;
    std::error_code error;
};

/// Returns how a child ended, and leaves the zombie, so its number stays reserved. Returns
/// nothing while the child runs, or if the status is temporarily unavailable. Sets `error` if the
/// process is not a child of this process.
std::optional<process_end> check_end(int pid) noexcept;
/// Returns the signal behind a stop of the child since the last call; 0 without a stop.
int take_stop(int pid) noexcept;
/// Reaps this process's zombies in a group. Requires a group without living members.
void reap_group(int group) noexcept;
/// Reaps a single ended child.
void reap(int pid) noexcept;

/// Returns a descriptor, readable after the end of the process; empty if the system has no such
/// descriptor.
held_descriptor end_descriptor(int pid) noexcept;
/// Waits until the descriptor is readable; without a descriptor, waits for the whole time.
void wait_readable_for(int descriptor, int milliseconds) noexcept;

/// Returns true if the kernel knows the group, zombies included.
bool group_exists(int group) noexcept;
/// Sends a signal to every process of the group. The caller ensures that the number still belongs
/// to the group.
void signal_group(int group, int signal) noexcept;
/// Sends a signal to a single process. The caller ensures that the number still belongs to it.
void signal_process(int pid, int signal) noexcept;

} // namespace restat::detail
