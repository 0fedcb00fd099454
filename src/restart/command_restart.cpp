#include <restat/restart/command_restart.hpp>

namespace restat {

command_restart::command_restart(command_options options)
    : child_restart{std::move(options), listener{}} {}

command_restart::command_restart(command_options options,
                                 std::function<void(process_event const&)> on_event)
    : child_restart{std::move(options), std::move(on_event)} {}

} // namespace restat
