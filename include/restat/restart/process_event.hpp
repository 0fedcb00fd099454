#pragma once

#include <restat/restart/exit_status.hpp>

#include <cstddef>
#include <restat/detail/chrono.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace restat {

/// A process, as identified by the kernel.
struct process_name {
    int pid = 0;
    std::string name = {}; ///< at most 15 bytes

    friend bool operator==(process_name const&, process_name const&) = default;
};

/// The last step needed to end a program.
enum class stop_step : unsigned char {
    none,   ///< the program ended by itself
    key,    ///< a key of its terminal
    signal, ///< the graceful stop signal
    kill,   ///< KILL, after the grace period
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(stop_step of) noexcept {
    using enum stop_step;
    switch (of) {
    case none: return "none";
    case key: return "key";
    case signal: return "signal";
    case kill: return "kill";
    }
    return "invalid";
}

/// The kinds of `process_event`.
enum class process_event_kind : unsigned char {
    started,      ///< `error` is set if the strategy could not keep a copy for a rollback
    ended,        ///< `status` is the exit status; `error` is set if the status is unknown
    start_failed, ///< `error` and `path` give the reason; retried after a nonzero `pause`
    timed_out,    ///< the run reached its limit, `pause`, and is stopped
    signalled,    ///< the stop signal was sent
    killed,       ///< the grace period expired; `members` lists the remaining processes
    stuck,        ///< KILL was sent, and after 5 s `members` are still running
    gone,         ///< no process of the program remains; `step` is the last step needed
    /// The restart-loop guard waits for `pause` before restarting for `path`, since `path`
    /// seems to change at each start. `rule` is a glob to ignore it.
    restart_suspended,
    /// The program itself makes the changes of `path` at this point of a run; they cause no
    /// further restart. `rule` is a glob to ignore it.
    restart_loop,
    pausing, ///< the program starts again after `pause`
    /// The program reported ready or survived the limit. It becomes the rollback target.
    ready,
    not_ready, ///< `status` is set if the program ended first, `error` if the limit expired
    /// The last ready program runs again; `status` and `error` as in `not_ready`.
    rolled_back,
    /// Ctrl-Z stopped the program at the terminal. The program continues when the listener
    /// returns, so the listener stops its own job first: `kill(0, SIGTSTP)`.
    suspended,
    /// The kernel stopped the program for using the terminal while this process is in the
    /// background. The program continues when a shell brings this process to the foreground.
    wants_terminal,
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(process_event_kind of) noexcept {
    using enum process_event_kind;
    switch (of) {
    case started: return "started";
    case ended: return "ended";
    case start_failed: return "start_failed";
    case timed_out: return "timed_out";
    case signalled: return "signalled";
    case killed: return "killed";
    case stuck: return "stuck";
    case gone: return "gone";
    case restart_suspended: return "restart_suspended";
    case restart_loop: return "restart_loop";
    case pausing: return "pausing";
    case ready: return "ready";
    case not_ready: return "not_ready";
    case rolled_back: return "rolled_back";
    case suspended: return "suspended";
    case wants_terminal: return "wants_terminal";
    }
    return "invalid";
}

/// An event in the life of a supervised program, as data.
struct process_event {
    process_event_kind kind = process_event_kind::started;
    std::size_t generation = 0; ///< 1 for the first start
    int pid = 0;                ///< 0 if there is no process
    exit_status status = {};
    std::error_code error = {};
    std::string path = {}; ///< the running file, or the file that failed to start
    std::chrono::nanoseconds pause = {};
    stop_step step = stop_step::none;
    std::vector<process_name> members = {};
    /// The glob to ignore in order to keep `path` and similar paths from starting the program.
    std::string rule = {};
    /// The program had the terminal and ended by Ctrl-C or Ctrl-\, so the key was also meant for
    /// the program waiting for it.
    bool interrupted = false;
};

} // namespace restat
