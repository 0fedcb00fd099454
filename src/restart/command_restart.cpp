#include <restat/restart/command_restart.hpp>

#include "platform/process/environment.hpp"

#include <utility>

namespace restat {

void next_run::set(std::string assignment) {
    detail::set_variable(environment, std::move(assignment));
}

command_restart::command_restart(command_options options)
    : child_restart{std::move(options), listener{}} {}

command_restart::command_restart(command_options options,
                                 std::function<void(process_event const&)> on_event)
    : child_restart{std::move(options), std::move(on_event)} {}

} // namespace restat
