#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace restat::detail {

// The variables of git's config files with an effect on ignore rules.
struct git_settings {
    std::optional<std::string> excludes_file;
    std::optional<bool> ignores_case;
    bool has_worktree_config = false; // extensions.worktreeConfig
    bool has_sha256 = false;          // extensions.objectFormat

    // Stores a variable; the last value of a name counts.
    void take(std::string_view section, std::string_view name, std::string value);
};

// A variable of a config file, with the section name in lower case.
struct git_variable {
    std::string section;
    std::string subsection;
    std::string_view name;
    std::string value;
};

// Calls `take` for each variable in order. Stops at a malformed line.
void read_git_config(std::string_view text, std::function<void(git_variable)> const& take);

} // namespace restat::detail
