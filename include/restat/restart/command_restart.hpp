#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/detail/processes.hpp>

#include <restat/restart/child_restart.hpp>

namespace restat {

/// A `restart_strategy` that runs a program. On a change it stops the program and runs it again.
///
///     restat::command_restart server{{.command = {"./server", "--port", "8080"}}};
///
/// \errors throws `reload_error` if the command is empty or contains a NUL, and for `ready_limit`
/// without `ready` (`std::errc::not_supported`); all later errors are
/// reported to the listener
/// \see child_restart, which documents how the program starts and stops
class RESTAT_EXPORT command_restart : public child_restart {
public:
    /// Prepares the command. Nothing runs before `start`.
    explicit command_restart(command_options options);
    /// Prepares the command. The listener `observer` gets every event of the program.
    command_restart(command_options options, std::function<void(process_event const&)> on_event);
};

} // namespace restat
