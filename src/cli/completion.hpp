#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace restat::cli {

/// Returns a script with which a shell (`bash`, `zsh` or `fish`) completes the options of the
/// program, their values, PATHs, and the command after `--`. Empty for another shell.
std::string completion_script(CLI::App const& program, std::string_view shell);

} // namespace restat::cli
