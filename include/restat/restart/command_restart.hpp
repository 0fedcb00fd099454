#pragma once

#include <restat/restart/child_restart.hpp>

namespace restat {

/// A `restart_strategy` that runs a program and, on a change, ends it and runs it again.
///
///     restat::command_restart server{{.command = {"./server", "--port", "8080"}}};
///
/// \errors throws `reload_error` if the command is empty or a NUL is in it; the rest is told
/// \see child_restart, which says how it is started and ended
class RESTAT_EXPORT command_restart : public child_restart {
public:
    explicit command_restart(command_options options);
    command_restart(command_options options, std::function<void(process_event const&)> tell);
};

} // namespace restat
