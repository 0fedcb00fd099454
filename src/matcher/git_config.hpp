#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace restat::detail {

// What a config file of git says about ignoring.
struct git_settings {
    std::optional<std::string> excludes_file;
    std::optional<bool> ignores_case;
};

// Reads a config file; what it says replaces what is there. What is malformed ends it.
void read_git_config(std::string_view text, git_settings& into);

} // namespace restat::detail
