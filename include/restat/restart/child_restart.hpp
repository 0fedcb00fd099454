#pragma once

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
///
/// A program with a `readiness` requirement reports ready in either of two ways:
///
/// - It sends `READY=1` to NOTIFY_SOCKET. The sender must be a process of the group, or must have
///   exited before the strategy reads the message.
/// - It writes any byte to the file named by RESTAT_READY: `echo >$RESTAT_READY`.
///
/// The run fails if the program exits first, if exec fails, or if the limit expires without a
/// report. The strategy then stops the program and runs a copy of the last ready program until
/// the next change. If there is no copy, or its content is the same, the program keeps running. A
/// last run (`after_change::once`) needs no report, only an end.
///
/// The copy contains only the program file: no shared objects, and no script passed as an
/// argument. The copy has no name and disappears with the strategy. Its /proc/self/exe is in the
/// original directory, so `$ORIGIN` works. File systems without unnamed files, such as NFS, are
/// an exception: there the copy is in memory. A copied script sees its own name as /dev/fd/N. The
/// copy runs without the setuid bit and the file capabilities of the original, and `exec_restart`
/// refuses to restart a copy.
///
/// The child gets the environment from the construction of the strategy, plus RESTAT_GENERATION
/// (1, 2, ...) and RESTAT_REASON (`start`, `change`, `exit` or `rollback`). After a change it
/// also gets RESTAT_CHANGES: the path of an inherited descriptor with a `KIND\tPATH\0` record per
/// change. The signal mask and the ignored signals also come from construction; construct the
/// strategy before blocking signals.
///
/// The child starts in the foreground if three conditions hold: descriptor 0 is the controlling
/// terminal, this process is in the foreground, and neither descriptor 1 nor 2 is a pipe. In a
/// pipeline other programs, such as a pager, read the terminal too. A background child gets the
/// foreground later, if the kernel stops the child for reading or setting the terminal and this
/// process is in the foreground. An example is a program asking for a password on /dev/tty. INT,
/// QUIT and HUP from the terminal to a foreground child are also sent to this process, unless
/// this process ignores them. After such a signal the child gets half the grace period, at most
/// 1 s, to exit on its own.
///
/// Ctrl-Z stops a child in the foreground, and the listener gets
/// `process_event_kind::suspended`. If the child is in the background, Ctrl-Z stops this
/// process. The host may then call `freeze` before the stop and `thaw` after it.
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
