#pragma once

#include "linux/memfd.hpp"
#include "linux/signal.hpp"
#include "linux/signal_relay.hpp"
#include "linux/terminal.hpp"

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
    int image = -1;   ///< if set, an open file that is run in place of it
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    signal_state signals;
    std::vector<int> keep;               ///< descriptors that it inherits beside 0, 1 and 2
    std::vector<int> placed = {};        ///< those that it gets from 3 on, behind which those are
    std::function<int()> run;            ///< if set, called in the child in place of an exec
    terminal const* lends = nullptr;     ///< if set, given to its group
    signal_relay const* relay = nullptr; ///< joins it then
    /// What reads nothing is in a session of its own.
    enum class input : bool { inherited, nothing } reads = input::inherited;
};

/// A process that was started, or why there is none.
struct spawn_outcome {
    enum class cause : unsigned char { none, system, program };

    int pid = 0;
    std::error_code error = {};
    cause because = cause::none; ///< whether there can be no process now, or not of this program
};

/// Starts a process that leads a group of its own and dies with this thread.
/// \errors what clone or exec said; no process is left then
spawn_outcome spawn(spawn_request const& what);

/// How a process ended; `error` if nobody can tell any more.
struct process_end {
    exit_status status;
    std::error_code error;
};

/// Whether a child has ended, leaving it as a zombie, so that its number stays its own. Nothing
/// too if that cannot be learned now; `error` is that it is no child of this process.
std::optional<process_end> look_at_end(int pid) noexcept;
/// The signal that stopped a child since this was last asked; 0 if none did.
int take_stop(int pid) noexcept;
/// Takes the zombies of a group that are this process's children. Only for a group all dead.
void reap_group(int group) noexcept;
/// Takes one child that has ended.
void reap(int pid) noexcept;

/// Readable when the process has ended; empty if the system has no such thing.
held_descriptor end_descriptor(int pid) noexcept;
/// Waits until the descriptor is readable; without one, for as long as it takes at most.
void wait_readable(int descriptor, int milliseconds) noexcept;

/// Whether the kernel knows the group, dead members included.
bool group_exists(int group) noexcept;
void signal_group(int group, int signal) noexcept;

int this_process() noexcept;

} // namespace restat::detail
