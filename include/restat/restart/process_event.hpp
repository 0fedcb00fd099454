#pragma once

#include <restat/restart/exit_status.hpp>

#include <cstddef>
#include <restat/detail/chrono.hpp>
#include <string>
#include <system_error>

namespace restat {

/// Something that happened to a program that is looked after, as data.
struct process_event {
    enum class kind : unsigned char {
        started,
        ended,        ///< `status` says how; `error` is set if that could not be learned
        start_failed, ///< `error` and `path` say why; tried again after `pause`, if not zero
        signalled,    ///< asked to end
        killed,       ///< the grace was over
        stuck,        ///< KILL was sent and part of the program is still there after 5 s
        pausing,      ///< it is started again after `pause`
        suspended,    ///< stopped at the terminal (Ctrl-Z); goes on when the listener returns
    };
    kind what = kind::started;
    std::size_t generation = 0; ///< 1 is the first start
    int pid = 0;                ///< 0 if there is none
    exit_status status = {};
    std::error_code error = {};
    std::string path = {}; ///< the file that runs, or that could not
    std::chrono::nanoseconds pause = {};
    /// It had the terminal and ended by Ctrl-C or Ctrl-\, so whoever waits for it is meant too.
    bool interrupted = false;
};

} // namespace restat
