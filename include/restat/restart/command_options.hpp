#pragma once

#include <restat/detail/chrono.hpp>
#include <restat/loop_guard.hpp>
#include <restat/readiness.hpp>

#include <string>
#include <vector>

namespace restat {

/// What follows when the program ends by itself.
enum class on_exit : unsigned char {
    wait,    ///< for a change
    quit,    ///< that is the end: `run` returns
    restart, ///< it is started again, after growing pauses
};

/// When the program is started for the first time.
enum class first_start : unsigned char { at_once, on_change };

/// What a change does to the program.
enum class on_change : unsigned char {
    restart, ///< it is ended and started again
    once,    ///< the first change does so, and the program then runs to its end; `run` returns
};

/// What becomes of processes that left the process group of the program (by `setsid`, say).
enum class strays : unsigned char {
    leave, ///< they are not looked for
    /// They are ended like the group. They are found by RESTAT_FAMILY in their environment: not
    /// those that took it from theirs (`env -i`).
    end,
    /// They are ended like the group, and found for certain: this process becomes a subreaper, for
    /// good, and whatever descends from it is the program's. For a process that starts nothing
    /// else. One that has children already, or is the first of a PID namespace, which is given
    /// strangers too, looks for them as with `end`; so does one that ignores CHLD.
    adopt,
};

/// What a program reads as its standard input.
enum class command_input : unsigned char {
    inherited, ///< what this process has; a terminal too
    nothing,   ///< /dev/null; it is in a session of its own and so has no terminal at all
};

/// What `command_restart` runs and how it ends it; for designated initialisers.
struct command_options {
    /// The program and its arguments; no shell is involved. A name without a slash is looked up
    /// in PATH at each start.
    std::vector<std::string> command;
    /// The file to run, where that is not what the command begins with.
    std::string program = {};
    /// `NAME=VALUE`, added to the environment or in place of what it has.
    std::vector<std::string> environment = {};
    int signal = 15;                                          ///< how it is asked to end (TERM)
    std::chrono::nanoseconds grace = std::chrono::seconds{3}; ///< until KILL
    on_exit when_it_ends = on_exit::wait;
    first_start first = first_start::at_once;
    on_change when_files_change = on_change::restart;
    readiness ready = readiness::started;
    std::chrono::nanoseconds ready_limit = std::chrono::seconds{10}; ///< of each run
    loop_guard guard = loop_guard::on;
    command_input input = command_input::inherited;
    strays what_left_the_group = strays::leave;
    /// Descriptors beside 0, 1 and 2 that it inherits, under the same numbers.
    std::vector<int> keep = {};
};

/// How `fork_restart` runs its function; the same as in `command_options`. A function that does
/// not get ready is told and left alone: there is no other to go back to.
struct fork_options {
    std::vector<std::string> environment = {};
    int signal = 15;
    std::chrono::nanoseconds grace = std::chrono::seconds{3};
    on_exit when_it_ends = on_exit::wait;
    first_start first = first_start::at_once;
    on_change when_files_change = on_change::restart;
    readiness ready = readiness::started;
    std::chrono::nanoseconds ready_limit = std::chrono::seconds{10};
    loop_guard guard = loop_guard::on;
};

} // namespace restat
