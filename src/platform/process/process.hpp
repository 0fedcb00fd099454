#pragma once

#include "platform/process/memfd.hpp"
#include "platform/process/signal.hpp"
#include "platform/process/signal_relay.hpp"
#include "platform/process/terminal.hpp"

#include <restat/restart/exit_status.hpp>

#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace restat::detail {

/// Describes a new process. All its parts are allocated before the fork.
struct spawn_request {
    std::string path; ///< of the program
    int image = -1;   ///< if set, an open file to execute instead
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    signal_state signals;
    std::vector<int> keep;           ///< descriptors to inherit, in addition to 0, 1 and 2
    std::vector<int> placed = {};    ///< descriptors to number from 3 on; `keep` lies behind them
    std::function<int()> run;        ///< if set, called in the child instead of an exec
    terminal const* lends = nullptr; ///< if set, lent to the group of the child
    signal_relay const* relay = nullptr; ///< then joins the group of the child
    /// A child without input is in a session of its own.
    enum class input : bool { inherited, nothing } reads = input::inherited;
};

/// A started process, or the reason of the failure.
struct spawn_outcome {
    enum class cause : unsigned char { none, system, program };

    int pid = 0;
    std::error_code error = {};
    cause because = cause::none; ///< whether the system or the program prevented the start
};

/// Starts a process. The process leads a group of its own and dies with the calling thread.
/// \errors the error of clone or exec; no process remains
spawn_outcome spawn(spawn_request const& what);

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
void wait_readable(int descriptor, int milliseconds) noexcept;

/// Returns true if the kernel knows the group, zombies included.
bool group_exists(int group) noexcept;
/// Sends a signal to every process of the group. The caller ensures that the number still belongs
/// to the group.
void signal_group(int group, int signal) noexcept;

/// Returns the pid of this process.
int this_process() noexcept;

} // namespace restat::detail
