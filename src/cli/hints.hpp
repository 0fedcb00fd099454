#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

// Each function returns advice for a mistake, such as "; write --glob"; empty without advice.

/// Advises about an unknown option that another tool has.
std::string hint_for_option(std::string_view argument);

/// Advises about an unknown option after the name of a program, as in `make -j4`; otherwise as
/// above. `before` are the operands in front of the option.
std::string hint_for_option(std::string_view argument, std::vector<std::string> const& before);

/// Advises about a rejected value that another tool accepts for such an option.
std::string hint_for_value(std::string_view option, std::string_view value);

/// Advises about an option without its value.
std::string hint_for_missing_value(std::string_view option);

/// Advises about a missing PATH with the name of a program.
std::string hint_for_path(std::string_view path);

/// Advises about a command that no user can mean: a line for a shell, or a variable in front of
/// the program.
std::string hint_for_command(std::vector<std::string> const& command);

/// Advises about a program that is in this directory, but not in PATH.
std::string hint_for_program(std::string_view name);

} // namespace restat::cli
