#pragma once

#include <restat/detail/processes.hpp>

#include <restat/detail/chrono.hpp>
#include <restat/detail/owned.hpp>
#include <restat/detail/stop_defaults.hpp>
#include <restat/export.hpp>
#include <restat/loop_guard.hpp>
#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/restart/restart_strategy.hpp>
#endif

#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat {

class observer;
struct options;

/// Decides whether to restart from a program file writable by other users.
enum class writable_program : unsigned char {
    accepted,
    /// Fails with `std::errc::operation_not_permitted` while the process runs as root.
    refused_to_root,
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(writable_program of) noexcept {
    using enum writable_program;
    switch (of) {
    case accepted: return "accepted";
    case refused_to_root: return "refused_to_root";
    }
    return "invalid";
}

/// Decides about descriptors that the host did not ask to keep.
enum class other_descriptors : unsigned char {
    closed,
    left, ///< keeps the close-on-exec flag of each descriptor
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(other_descriptors of) noexcept {
    using enum other_descriptors;
    switch (of) {
    case closed: return "closed";
    case left: return "left";
    }
    return "invalid";
}

/// Describes how `exec_restart` starts the program again.
struct exec_options {
    /// `NAME=VALUE` assignments: add variables to the environment, or replace existing variables.
    std::vector<std::string> environment = {};
    writable_program writable_by_others = writable_program::accepted;
    /// The time registered child processes get to exit after TERM, before KILL.
    std::chrono::nanoseconds grace = detail::default_grace;
    /// Descriptors the next run finds open under the same numbers, regardless of their
    /// close-on-exec flags. A number closed at the time of the restart is skipped.
    std::vector<int> inherit = {};
    other_descriptors others = other_descriptors::closed;
    loop_guard guard = loop_guard::on;
};

#ifndef RESTAT_DISABLED
namespace detail {

/// An action the host registers for a step of the restart.
struct host_step {
    virtual ~host_step() = default;
    virtual void take() = 0;
};

} // namespace detail

/// A `restart_strategy` that turns this process into a fresh run of its program, with the same
/// pid, arguments, initial directory, environment, signal mask and ignored signals.
///
/// Construct it early, on the main thread: the constructor records how the program was started.
/// Arguments and environment come from the kernel's record of the start. The directory, the
/// signal mask and the ignored signals come from the time of construction. The program file is
/// looked up again at each restart, by the name used for the start.
///
/// A restart takes these steps. A refused restart leaves the process unchanged, except for the
/// effects of the steps already taken:
///
/// 1. Checks whether the changes count (`options::compare`), and whether the file can run:
///    regular, executable, no writer, a complete ELF file. The interpreter of a script must pass
///    the same checks.
/// 2. Calls the `before` actions of the host, then repeats the check of the file from step 1.
/// 3. Calls the `finally` actions and ends the registered child processes. These effects are
///    never undone: for their owners this is *the point of no return*.
/// 4. Flushes stdout and stderr, for at most a fifth of a second.
/// 5. Clears timers, restores the ignored signals, and runs exec on a separate thread. If exec
///    fails, this step is undone completely; other threads never see a different directory, mask
///    or descriptor. *The point of no return* of the process is the exec itself.
///
/// Threads end wherever they are, and no destructor runs, as with any exec. The new run has only
/// these descriptors open, regardless of their close-on-exec flags:
///
/// - 0, 1 and 2, except those that were closed when this object was constructed. Construct it
///   before the program opens anything, so that no listener of a program started without standard
///   input counts as the standard input;
/// - descriptors named by `keep`, numbered from 3; the new run takes them with `take_descriptor`;
/// - descriptors announced by the environment: by LISTEN_FDS, unless this run took or kept any;
///   the job server pipe, by MAKEFLAGS; by RESTAT_CHANGES and RESTAT_READY. They must be open
///   when this object is constructed. If `keep` needs the numbers of a job server, the pipe moves
///   to other numbers;
/// - descriptors in `exec_options::inherit`;
/// - with `other_descriptors::left`, all other descriptors too, subject to their flags.
///
/// As a result, an ordinary listening socket does not prevent the new run from binding its
/// address, and connected clients see their connections close. The new run reads the bytes of
/// `stash` with `take_blob`.
///
/// A new run may also take its descriptors with sd_listen_fds(3), but must do so before
/// constructing this object. The constructor removes the variables set by the previous run, so
/// child processes never see them.
///
/// The new run also gets the known state of the files, so an edit during the restart is still
/// detected. If the new program watches a different set of files, newly watched files enter the
/// baseline without a report. If no descriptor is available, the restart still happens and the
/// new process takes its own baseline, unless bytes are stashed. With several objects in a
/// process, the first object constructed inherits the state.
///
/// If a program writes a watched file at each start, the restart-loop guard delays its restarts:
/// see `loop_guard`. The new run inherits the memory of the guard. `errc::restart_suspended`
/// reports a suspended restart. Once the program is proven to write a file, the observer
/// gets the path with `errc::restart_loop`, and `loop_rule` returns a glob to ignore it.
///
/// The observer gets the file and the reason of a refusal once, however often the restart is
/// tried again, and `on_restarting` right before the exec.
/// \errors refused with `errc::program_changed`, `errc::program_truncated`, or any error of exec
/// \threads call `restart` from any thread, but never concurrently with another member
/// \source execve(2), getauxval(3) AT_EXECFN and AT_SECURE, F_SETLEASE(2const), memfd_create(2),
/// clone(2), elf(5)
/// \see inheritance
class RESTAT_EXPORT exec_restart {
public:
    /// \errors throws `reload_error` if the program can never be restarted:
    /// `errc::program_unknown` if the name of the program leads to a different file, and no build
    /// has moved the running file or its directory away, `errc::proc_unavailable` without /proc,
    /// and `errc::privileged` under setuid, setgid or capabilities
    exec_restart();
    /// Records how this process was started, for the restart.
    /// \errors as the default constructor
    explicit exec_restart(exec_options how);
    /// Constructs a strategy for a reloader with these options. The grace period may be set in
    /// `watch` or `how`, and either may turn the guard off.
    /// \errors also throws for `options::ready` and `options::ready_limit`
    /// (`std::errc::not_supported`), and for two different grace periods
    /// (`std::errc::invalid_argument`)
    explicit exec_restart(options const& watch);
    /// Joins both sets of options.
    /// \errors as the constructors above
    exec_restart(options const& watch, exec_options how);
    /// Sets `error` where the other constructors throw; every restart is then refused for the
    /// same reason.
    exec_restart(exec_options how, std::error_code& error);
    exec_restart(exec_restart&&) noexcept = default;
    exec_restart& operator=(exec_restart&&) noexcept = default;
    ~exec_restart() = default;

    /// Passes a descriptor, or bytes, to the next run under a name; see `inheritance`.
    /// \errors throws `reload_error` like `inheritance`, and if the descriptor needs a number
    /// listed in `exec_options::inherit`
    void keep(int descriptor, std::string name);
    /// Does the same for bytes.
    void stash(std::string name, std::string bytes);

    /// Registers an action for the start of each restart, on the restarting thread: the place to
    /// save state with `stash`. The action may run even if the restart is refused later. An
    /// exception refuses the restart.
    template <std::invocable Act>
    void before(Act act) {
        add_step(make_step(std::move(act)));
    }

    /// Registers an action for the end of each restart, when only exec itself can still fail: the
    /// place to stop and join threads, without a time limit. If exec fails, the next restart
    /// calls the action again. An exception refuses the restart, and the next restart also calls
    /// the action again.
    template <std::invocable Act>
    void finally(Act act) {
        add_last_step(make_step(std::move(act)));
    }

    /// Registers a child process of the host: each restart ends it first, by TERM, grace period,
    /// KILL.
    void end_child(int pid);

    /// Returns the number of this run: 1 for the first run, incremented at each restart.
    std::size_t generation() const noexcept;
    /// Returns the changes behind the start of this run, without records; empty for the first
    /// run.
    change_set const& cause() const noexcept;

    /// Returns a glob for the paths most recently suspended by the restart-loop guard, or most
    /// recently proven to be the program's own. Empty if there are no such paths.
    std::string loop_rule() const;

    /// Restarts, and returns only without a restart. Returns `refused` on an error; `declined` if
    /// no relevant field differs or all changes are proven to be the program's own; `suspended`
    /// while the restart-loop guard waits.
    restart_result restart(change_set const& changes, std::error_code& error);
    /// Returns the time at which the restart-loop guard accepts the suspended changes.
    time_point suspended_until() const noexcept;

    /// Records the content of possible binaries, or of all files if only content counts. New
    /// timestamps on the same content are then no change.
    void learn(snapshot const& baseline);
    /// Sets the receiver of the findings, at first `options::observer`; null for none. Called by
    /// the reloader.
    void observe(observer* who);
    /// Takes the known state of the files for the next run; called by the reloader before each
    /// `restart`. `known` must stay valid until that `restart` returns: it is encoded only after
    /// every check, and once.
    void hand_over(snapshot const& known);
    /// Fills in the state handed off by the previous run. Returns false, and leaves `known`
    /// unchanged, without a previous run.
    bool inherit(snapshot& known);

private:
    template <class Act>
    static detail::owned<detail::host_step> make_step(Act act) {
        struct step final : detail::host_step {
            explicit step(Act from) : act_{std::move(from)} {}
            void take() override { act_(); }
            Act act_;
        };
        return {new step{std::move(act)}, [](detail::host_step* s) noexcept { delete s; }};
    }

    void add_step(detail::owned<detail::host_step> what);
    void add_last_step(detail::owned<detail::host_step> what);

    struct state;
    detail::owned<state> state_;
};
#endif

} // namespace restat
