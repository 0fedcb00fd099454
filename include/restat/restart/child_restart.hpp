#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/detail/processes.hpp>

#include <restat/restart/command_options.hpp>
#include <restat/restart/process_event.hpp>
#include <restat/restart/restart_strategy.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace restat {

/// The common base of `command_restart` and `fork_restart`: runs a program in a child process,
/// stops it, and starts it again.
///
/// The child leads a process group. To stop the program, the strategy sends the signal to the
/// whole group, and KILL after the grace period. The next start waits until every process of the
/// group is gone. With `escape_policy::end` or `escape_policy::adopt`, the wait includes processes
/// outside the group (`setsid`). Restart requests during the stop result in a single start with all
/// changes. The child dies with this process, also after KILL.
///
/// If a program writes a watched file at each start, the restart-loop guard delays its restarts:
/// see `loop_guard`. The listener gets the path, the pause, and a glob to ignore the path.
/// \threads call `kill`, `freeze`, `thaw` and `pass_key` from any thread. Call `start` and
/// `supervise` from a thread with the lifetime of the child, since the kernel kills the child
/// when the starting thread ends. Call the other members from a single thread at a time
/// \errors a failed start is reported to the listener. If waiting may help (file missing, file
/// being written, no free process), the start is retried after 100 ms to 5 s, otherwise on the
/// next change. `supervise` completes its step, then rethrows any exception of the listener
/// \cost each start: a process, created without a copy of this process, and up to three
/// descriptors. While the child runs: a descriptor, and at a terminal an extra process. No
/// thread. A program with a `readiness` requirement needs five more descriptors and a copy
/// whenever the program file changes; the copy shares blocks if the file system supports reflinks
/// \see command_options for the environment of the child, `command_input` for its terminal, and
/// `readiness` for a program that must become ready
/// \source clone(2) CLONE_VFORK, setpgid(2), PR_SET_PDEATHSIG(2const), waitid(2), pidfd_open(2),
/// tty_ioctl(4), tcsetpgrp(3), sd_notify(3), open(2) O_TMPFILE
class RESTAT_EXPORT child_restart {
public:
    child_restart(child_restart&&) noexcept;
    child_restart& operator=(child_restart&&) noexcept;
    /// Kills all remaining processes of the program and waits up to 5 s for their end.
    ~child_restart();

    /// Requests a restart: `supervise` stops the program and starts it again. Returns `refused`,
    /// and leaves the program running, while the new program cannot start. Returns `declined` in
    /// the last run of `after_change::once`, and for changes proven to be the program's own.
    /// Returns `suspended` while the restart-loop guard waits.
    restart_result restart(change_set const& changes, std::error_code& error);
    /// Returns the time at which the restart-loop guard accepts the suspended changes.
    time_point suspended_until() const noexcept;

    /// Requests the first start, unless `first_start::on_change` waits for a change.
    void start(time_point now);
    /// Takes the next pending step. Blocks only during the exec of the child.
    supervision supervise(time_point now);
    /// Begins the final stop of the program; call `supervise` until `idle`. A later `start` may
    /// start the program again.
    void stop(time_point now);
    /// Returns a descriptor, readable from the end of the program until the next `supervise`; -1
    /// if no program runs.
    int descriptor() const noexcept;

    /// Requests a start without waiting for a change, as if a change had been reported.
    restart_result restart_now(std::error_code& error);

    /// Passes a descriptor, or bytes, to the program under a name, from the next start on; see
    /// `inheritance`. A forked function also takes them with `take_descriptor` and `take_blob`;
    /// its descriptor has the same number as here.
    /// \errors throws `reload_error` like `inheritance`, and if the required number is also in
    /// `command_options::keep`
    void keep(int descriptor, std::string name);
    /// Does the same for bytes.
    void stash(std::string name, std::string bytes);

    /// Sends KILL to the whole group immediately.
    void kill() noexcept;
    /// Stops all processes of the group, for use while this process itself is being stopped.
    /// Waits up to 5 s for the exec of a start in progress. A later start waits up to 1 s for
    /// `thaw`; a child started without `thaw` is stopped immediately.
    /// \threads any
    void freeze() noexcept;
    /// Lets the stopped processes continue.
    /// \threads any
    void thaw() noexcept;
    /// Forwards INT or QUIT from a terminal key to a background child. A following `stop` gives
    /// the child half the grace period, at most 1 s, to exit on its own.
    /// \threads any
    void pass_key(int signal) noexcept;

    /// Returns the exit status of the last run; empty before the first end, or if the status is
    /// unknown.
    std::optional<exit_status> last_exit() const noexcept;
    /// Returns the error of the last start; clear after a successful start.
    std::error_code last_error() const noexcept;
    /// Returns the pid of the running program; 0 if no program runs.
    int pid() const noexcept;

protected:
    using listener = std::function<void(process_event const&)>;

    child_restart(command_options options, listener on_event);
    child_restart(fork_options options, std::function<int()> run, listener on_event);

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace restat
