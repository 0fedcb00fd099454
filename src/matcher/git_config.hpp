#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace restat::detail {

// What a config file of git says about ignoring.
struct git_settings {
    std::optional<std::string> excludes_file;
    std::optional<bool> ignores_case;
    bool has_worktree_config = false; // extensions.worktreeConfig
    bool has_sha256 = false;          // extensions.objectFormat

    // Takes a variable; the last value counts.
    void take(std::string_view section, std::string_view name, std::string value);
};

// One variable of a config file. The section has no capitals.
struct git_variable {
    std::string section;
    std::string subsection;
    std::string_view name;
    std::string value;
};

// Calls `take` for each variable in order. What is malformed ends it.
void read_git_config(std::string_view text, std::function<void(git_variable)> const& take);

} // namespace restat::detail
