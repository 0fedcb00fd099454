#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/detail/processes.hpp>

#include <restat/change_set.hpp>
#include <restat/detail/stop_defaults.hpp>
#include <restat/export.hpp>
#include <restat/loop_guard.hpp>
#include <restat/readiness.hpp>
#include <restat/schedule.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace restat {

/// Decides how to proceed after the program ends by itself.
enum class after_exit : unsigned char {
    wait,    ///< waits for a change
    quit,    ///< ends supervision: `run` returns
    restart, ///< restarts the program after growing pauses
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(after_exit of) noexcept {
    using enum after_exit;
    switch (of) {
    case wait: return "wait";
    case quit: return "quit";
    case restart: return "restart";
    }
    return "invalid";
}

/// Decides when the program starts for the first time: immediately, or on the first change.
enum class first_start : unsigned char { at_once, on_change };

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(first_start of) noexcept {
    using enum first_start;
    switch (of) {
    case at_once: return "at_once";
    case on_change: return "on_change";
    }
    return "invalid";
}

/// Decides how a change affects the program.
enum class after_change : unsigned char {
    restart, ///< stops the program and starts it again
    /// Lets the program finish, then starts it again, once for all changes of the run. A request
    /// without changes (`restart_now`) still stops the program.
    wait,
    /// Sends `change_signal` to the program, but not to its group: the program reloads by itself.
    /// Starts the program if it has ended.
    signal,
    once, ///< restarts on the first change, lets the program finish, then `run` returns
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(after_change of) noexcept {
    using enum after_change;
    switch (of) {
    case restart: return "restart";
    case wait: return "wait";
    case signal: return "signal";
    case once: return "once";
    }
    return "invalid";
}

/// Decides about processes outside the process group of the program, for example after `setsid`.
/// Without /proc, as in some chroots, no such process is found: every policy ends the group alone.
enum class escape_policy : unsigned char {
    leave, ///< ignores escaped processes
    /// Stops escaped processes like the group. The strategy finds them by RESTAT_FAMILY in their
    /// environment, so a process started with `env -i` remains hidden.
    end,
    /// Stops escaped processes like the group and finds all of them. This process becomes a
    /// permanent subreaper and treats every descendant as part of the program. Use it only in a
    /// process without other children. In three cases the search works as with `end`: this
    /// process already has children, ignores CHLD, or is the first process of a PID namespace,
    /// which adopts unrelated processes.
    adopt,
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(escape_policy of) noexcept {
    using enum escape_policy;
    switch (of) {
    case leave: return "leave";
    case end: return "end";
    case adopt: return "adopt";
    }
    return "invalid";
}

/// Selects the standard input of the program, and with it the terminal.
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
enum class command_input : unsigned char {
    inherited, ///< the standard input of this process, including a terminal
    nothing,   ///< /dev/null, in a session of its own without a controlling terminal
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(command_input of) noexcept {
    using enum command_input;
    switch (of) {
    case inherited: return "inherited";
    case nothing: return "nothing";
    }
    return "invalid";
}

/// The next run of a program, before its start.
struct next_run {
    std::size_t generation = 1;            ///< 1 for the first run
    change_set const& changes;             ///< the reason of the run; empty without a change
    std::vector<std::string>& command;     ///< the program's own name and its arguments
    std::vector<std::string>& environment; ///< `NAME=VALUE` assignments, each name once

    /// Adds a `NAME=VALUE` assignment to the environment, or replaces the variable.
    RESTAT_EXPORT void set(std::string assignment);
};

/// Describes the program of `command_restart` and how to stop it; for designated initializers.
///
/// The child gets the environment from the construction of the strategy, plus RESTAT_GENERATION
/// (1, 2, ...) and RESTAT_REASON (`start`, `change`, `exit` or `rollback`). After a change it
/// also gets RESTAT_CHANGES: the path of an inherited descriptor with a `KIND\tPATH\0` record per
/// change. The signal mask and the ignored signals also come from construction; construct the
/// strategy before blocking signals.
struct command_options {
    /// The program and its arguments, without a shell. A name without a slash is searched in PATH
    /// at each start.
    std::vector<std::string> command;
    /// The file to execute, if it differs from the first word of the command.
    std::string program = {};
    /// `NAME=VALUE` assignments: add variables to the environment, or replace existing variables.
    std::vector<std::string> environment = {};
    /// The working directory of the program; empty for that of this process. The search for the
    /// program begins there, and the paths in RESTAT_CHANGES are absolute.
    std::string directory = {};
    int signal = detail::default_signal;                    ///< signal for a graceful stop (TERM)
    std::chrono::nanoseconds grace = detail::default_grace; ///< time until KILL
    after_exit on_exit = after_exit::wait;
    first_start first = first_start::at_once;
    after_change on_change = after_change::restart;
    int change_signal = detail::default_change_signal; ///< for `after_change::signal` (HUP)
    /// The longest run: after this time the program is stopped as for a change, and the listener
    /// gets `process_event_kind::timed_out`.
    std::chrono::nanoseconds run_limit = unlimited;
    readiness ready = readiness::started;
    /// The time limit of this condition, for each run; rejected without a condition.
    std::chrono::nanoseconds ready_limit = detail::default_ready_limit;
    loop_guard guard = loop_guard::on;
    command_input input = command_input::inherited;
    escape_policy escaped_processes = escape_policy::leave;
    /// Descriptors the child inherits under the same numbers, in addition to 0, 1 and 2.
    std::vector<int> keep = {};
    /// Called before each start: may replace arguments and variables of this run alone. The file
    /// to execute is chosen before. An exception leaves `supervise`, and the start is still
    /// requested.
    std::function<void(next_run&)> prepare = {};
};

/// Describes how `fork_restart` runs its function; members as in `command_options`. If a function
/// does not become ready, the listener is notified and the function keeps running: there is no
/// copy to roll back to.
struct fork_options {
    std::vector<std::string> environment = {};
    int signal = detail::default_signal;
    std::chrono::nanoseconds grace = detail::default_grace;
    after_exit on_exit = after_exit::wait;
    first_start first = first_start::at_once;
    after_change on_change = after_change::restart;
    int change_signal = detail::default_change_signal;
    std::chrono::nanoseconds run_limit = unlimited;
    readiness ready = readiness::started;
    std::chrono::nanoseconds ready_limit = detail::default_ready_limit;
    loop_guard guard = loop_guard::on;
};

} // namespace restat
