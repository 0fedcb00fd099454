#include "platform/process/environment.hpp"

#include <cstdlib>

#include <unistd.h>

namespace restat::detail {

std::string_view value_of(std::string_view name, std::vector<std::string> const& environment) {
    for (std::string_view const entry : environment) {
        if (entry.starts_with(name) && entry.substr(name.size()).starts_with('=')) {
            return entry.substr(name.size() + 1);
        }
    }
    return {};
}

void set_variable(std::vector<std::string>& environment, std::string assignment) {
    remove_variable(environment, assignment.substr(0, assignment.find('=')));
    environment.push_back(std::move(assignment));
}

void remove_variable(std::vector<std::string>& environment, std::string_view name) {
    std::erase_if(environment, [&](std::string_view entry) {
        return entry.starts_with(name) && entry.substr(name.size()).starts_with('=');
    });
}

std::vector<std::string> current_environment() {
    std::vector<std::string> environment;
    for (char** entry = environ; entry && *entry; ++entry) environment.emplace_back(*entry);
    return environment;
}

std::string value_of_variable(char const* name) {
    char const* const value = std::getenv(name);
    return value ? value : "";
}

std::string take_variable(char const* name) {
    auto taken = value_of_variable(name);
    ::unsetenv(name);
    return taken;
}

std::vector<char*> pointers_to(std::vector<std::string> const& strings) {
    std::vector<char*> pointers;
    for (auto const& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

} // namespace restat::detail
