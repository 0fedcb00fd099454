#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// Returns a variable's value in a list of `NAME=VALUE`; empty without the variable.
std::string_view value_of(std::string_view name, std::vector<std::string> const& environment);
/// Adds `NAME=VALUE`, replacing earlier assignments to the name.
void set_variable(std::vector<std::string>& environment, std::string assignment);
/// Removes every assignment to the name.
void remove_variable(std::vector<std::string>& environment, std::string_view name);
/// Returns the current environment of this process.
std::vector<std::string> current_environment();

/// Removes a variable of this library from the environment and returns its value. Do not call it
/// while other threads read the environment.
std::string take_variable(char const* name);
/// Returns a variable's current value in the environment; empty without the variable.
std::string value_of_variable(char const* name);

/// Returns the strings in the form of exec's arguments. Valid as long as the strings.
std::vector<char*> pointers_to(std::vector<std::string> const& strings);

} // namespace restat::detail
