#pragma once

#include <restat/restart/command_options.hpp>
#include <restat/restart/process_event.hpp>
#include <restat/restart/restart_strategy.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace restat {

/// What `command_restart` and `fork_restart` have in common: a program in a child process that is
/// ended and started again.
///
/// The child leads a process group. To end it, the whole group gets the signal, after the grace
/// KILL, and the next start waits until nothing of the group is left; nor of those that left the
/// group (`setsid`) with `strays::end` or `strays::adopt` alone. A restart that is asked for
/// meanwhile is one more start, with all changes. The child dies with this process, also by KILL.
///
/// A program that writes a watched file at each start does not restart itself without end: see
/// `loop_guard`. The listener gets the path, the pause and the glob that would ignore the path.
///
/// A program that has to get ready (`readiness`) says so by `READY=1` to NOTIFY_SOCKET, from a
/// process of the group, or one that is gone before it is heard, or by any byte to the file that
/// RESTAT_READY names: `echo >$RESTAT_READY`. One that ends before, that exec refuses, or that is
/// silent until the limit, is ended, and the file that got ready last runs again from a copy until
/// the next change. Where there is none, or its content is the same, the program is left alone. A
/// last run (`on_change::once`) has only to end.
///
/// The copy is of the program's file alone: no shared objects, no script that is an argument. It
/// has no name and is gone with the strategy. /proc/self/exe is in the same directory, so that
/// `$ORIGIN` holds (not where files without a name cannot be, as on NFS: it is in memory then); a
/// script's own name is /dev/fd/N; what setuid or capabilities of the file gave is not given, and
/// `exec_restart` refuses to start it again.
///
/// The environment of the child is the one at construction, and RESTAT_GENERATION (1, 2, ...),
/// RESTAT_REASON (`start`, `change`, `exit` or `rollback`) and, after a change, RESTAT_CHANGES:
/// the path of an inherited descriptor with one `KIND\tPATH\0` a change. Its signal mask and
/// ignored signals are those at construction; make the strategy before signals are blocked.
///
/// If descriptor 0 is the controlling terminal, this process is in the foreground, and neither
/// descriptor 1 nor 2 is a pipe, the child is put into the foreground. Otherwise it is put there
/// when it is stopped because it reads or sets the terminal (as a program that asks for a password
/// on /dev/tty), once this process is in the foreground: in a pipeline other programs, such as a
/// pager, read the terminal too. INT, QUIT and HUP that the terminal sends to a child in the
/// foreground are sent to this process too, unless it ignores them. A child that got one is left
/// half of the grace, at most a second, to end by it.
///
/// Ctrl-Z stops a child in the foreground, and the listener hears `process_event::kind::suspended`.
/// With a child elsewhere it stops this process, which may call `freeze` before and `thaw` after
/// that.
/// \threads `kill`, `freeze`, `thaw` and `pass_key` from any; `start` and `supervise` from one that
/// lives as long as the child, which the kernel ends with it; the rest from one at a time
/// \errors a start that fails is told to the listener, and tried again after 100 ms to 5 s if
/// waiting may help (missing, being written, out of processes), else on the next change.
/// `supervise` throws on what the listener threw, after its step is complete
/// \cost one process, made without a copy of this one, and up to three descriptors a start; one
/// while it runs; at a terminal one process more. No thread. A program that has to get ready is
/// copied when it is another than before (blocks are shared where the file system can), and takes
/// five descriptors more.
/// \source clone(2) CLONE_VFORK, setpgid(2), PR_SET_PDEATHSIG(2const), waitid(2), pidfd_open(2),
/// tty_ioctl(4), tcsetpgrp(3), sd_notify(3), open(2) O_TMPFILE
class RESTAT_EXPORT child_restart {
public:
    child_restart(child_restart&&) noexcept;
    child_restart& operator=(child_restart&&) noexcept;
    /// Kills what still runs, and waits for its end, at most 5 s.
    ~child_restart();

    /// Has `supervise` end the program and start it again. Refused, and the program left alone,
    /// while the new one cannot start; declined in the last run of `on_change::once`, and for
    /// changes that are proven to be the program's own; suspended while the restart-loop guard
    /// waits.
    restart_result restart(change_set const& changes, std::error_code& error);
    /// The moment at which the restart-loop guard accepts what it suspended.
    time_point suspended_until() const noexcept;

    void start(time_point now);
    /// Takes the step that is due; waits for nothing but the child's exec.
    supervision supervise(time_point now);
    void stop(time_point now);
    /// Readable when the program has ended, until `supervise` has seen it; -1 if none runs.
    int descriptor() const noexcept;

    /// The next start does not wait for a change, as if one had come.
    restart_result restart_now(std::error_code& error);

    /// Has the program get a descriptor, or bytes, under a name, from the next start on; see
    /// `inheritance`. A function takes them by `take_descriptor` and `take_blob` too, and finds
    /// the descriptor under the number that it has here.
    /// \errors throws `reload_error` as `inheritance` does, and if a number is needed that one of
    /// `command_options::keep` has
    void keep(int descriptor, std::string name);
    void stash(std::string name, std::string bytes);

    /// KILL to the whole group, now.
    void kill() noexcept;
    /// Stops all processes of its group, for as long as this process is about to be stopped itself.
    /// It waits for the exec of a start that is under way, at most 5 s. A start after it waits for
    /// `thaw`, at most 1 s; what is then started is stopped at once.
    /// \threads any
    void freeze() noexcept;
    /// Lets them go on.
    /// \threads any
    void thaw() noexcept;
    /// Passes on INT or QUIT that a key of the terminal sent to this process while the child was
    /// not in the foreground. A `stop` after it gives the child half the grace, at most 1 s, to
    /// end by it.
    /// \threads any
    void pass_key(int signal) noexcept;

    /// How the program last ended, if it did and that could be learned.
    std::optional<exit_status> last_exit() const noexcept;
    /// Why the last start failed; clear if it did not.
    std::error_code last_error() const noexcept;
    /// Of the program that runs; 0 if none does.
    int pid() const noexcept;

protected:
    using listener = std::function<void(process_event const&)>;

    child_restart(command_options options, listener tell);
    child_restart(fork_options options, std::function<int()> run, listener tell);

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace restat
