#pragma once

#include "platform/process/signal.hpp"
#include "platform/process/signal_relay.hpp"
#include "platform/process/terminal.hpp"

#include <functional>
#include <string>
#include <system_error>
#include <vector>

namespace restat::detail {

/// Describes a new process. All its parts are allocated before the fork.
struct spawn_request {
    std::string path; ///< of the program
    int image = -1;   ///< if set, an open file to execute instead
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    std::string directory = {}; ///< the working directory; empty for that of this process
    signal_state signals;
    std::vector<int> keep;           ///< descriptors to inherit, in addition to 0, 1 and 2
    std::vector<int> placed = {};    ///< descriptors to number from 3 on; `keep` lies behind them
    std::function<int()> run;        ///< if set, called in the child instead of an exec
    terminal const* lends = nullptr; ///< if set, lent to the group of the child
    signal_relay const* relay = nullptr; ///< then joins the group of the child
    /// A child without input is in a session of its own.
    enum class input : bool { inherited, nothing } reads = input::inherited;
};

/// A started process, or the reason of the failure.
struct spawn_outcome {
    enum class cause : unsigned char { none, system, program };

    int pid = 0;
    std::error_code error = {};
    cause because = cause::none; ///< whether the system or the program prevented the start
};

/// Starts a process. The process leads a group of its own and dies with the calling thread.
/// \errors the error of clone or exec; no process remains
spawn_outcome spawn(spawn_request const& what);

} // namespace restat::detail
