#pragma once

#include <restat/restart/exit_status.hpp>

#include <cstddef>
#include <restat/detail/chrono.hpp>
#include <string>
#include <system_error>
#include <vector>

namespace restat {

/// A process, as the kernel knows it.
struct process_name {
    int pid = 0;
    std::string name = {}; ///< 15 bytes at most

    friend bool operator==(process_name const&, process_name const&) = default;
};

/// What it took to end a program.
enum class stop_step : unsigned char {
    none,   ///< it ended by itself
    key,    ///< a key of its terminal
    signal, ///< it was asked to
    kill,   ///< the grace was over
};

/// Something that happened to a program that is looked after, as data.
struct process_event {
    enum class kind : unsigned char {
        started,      ///< `error` is set if it could not be kept, to be gone back to
        ended,        ///< `status` says how; `error` is set if that could not be learned
        start_failed, ///< `error` and `path` say why; tried again after `pause`, if not zero
        signalled,    ///< asked to end
        killed,       ///< the grace was over; `members` says who was still there
        stuck,        ///< KILL was sent and `members` are still there after 5 s
        gone,         ///< nothing is left of it; `step` says what that took
        /// The restart-loop guard waits for `pause` before it restarts for `path`, which seems to
        /// change at each start; `rule` is the glob that ignores it.
        restart_suspended,
        /// Changes of `path` at this point of a run restart nothing more: the program makes them
        /// itself. `rule` is the glob that ignores it.
        restart_loop,
        pausing,     ///< it is started again after `pause`
        ready,       ///< it said so, or lasted: what is gone back to is it from now on
        not_ready,   ///< `status` says how it ended before, or `error` that time was up
        rolled_back, ///< what was good last runs again; `status` and `error` as in `not_ready`
        /// Stopped at the terminal by Ctrl-Z. Goes on when the listener returns, which therefore
        /// stops its own job first: `kill(0, SIGTSTP)`.
        suspended,
        /// Stopped because it reads or sets the terminal while this process is in the background.
        /// Goes on when a shell brings this process to the foreground.
        wants_terminal,
    };
    kind what = kind::started;
    std::size_t generation = 0; ///< 1 is the first start
    int pid = 0;                ///< 0 if there is none
    exit_status status = {};
    std::error_code error = {};
    std::string path = {}; ///< the file that runs, or that could not
    std::chrono::nanoseconds pause = {};
    stop_step step = stop_step::none;
    std::vector<process_name> members = {};
    /// The glob that, ignored, would have kept `path` and its like from starting the program.
    std::string rule = {};
    /// It had the terminal and ended by Ctrl-C or Ctrl-\, so whoever waits for it is meant too.
    bool interrupted = false;
};

} // namespace restat
