#pragma once

#include "git_index.hpp"
#include "gitignore_rules.hpp"

#include <restat/error.hpp>
#include <restat/matcher/directory_reader.hpp>
#include <restat/matcher/gitignore_matcher.hpp>

#include <memory>
#include <string>
#include <vector>

namespace restat::detail {

// An ignore file as it was read; without rules if there is none.
struct gitignore_file {
    stat_record seen;
    gitignore_rules_ptr rules;
};

// An index file as it was read; without paths if there is none.
struct gitignore_index {
    stat_record seen;
    std::shared_ptr<git_index const> paths;
};

// A directory above a root, within its repository.
struct gitignore_above {
    std::size_t offset = 0; // of what is below it, in a path from the top
    gitignore_file ignore;
    gitignore_file gitignore;
};

// The rules that one directory brings.
struct gitignore_level {
    gitignore_file ignore;
    gitignore_file gitignore;

    bool repository = false; // the top of one; or a root within one
    std::string common;      // its directory of git, shared by all worktrees
    letter_case letters = letter_case::sensitive;
    gitignore_file exclude;
    gitignore_file user;
    gitignore_index index;
    std::string lead;                   // from the top down to the root, with the slash
    std::vector<gitignore_above> above; // from the root upwards

    bool empty() const noexcept { return !ignore.rules && !gitignore.rules && !repository; }
};

// Whether the same rules hold.
bool same_rules(gitignore_level const& a, gitignore_level const& b) noexcept;
// Whether their files also have the same records.
bool same_files(gitignore_level const& a, gitignore_level const& b) noexcept;

// Which names that bring rules, or may come to, a directory has.
struct gitignore_names {
    bool git = false;
    bool ignore = false;
    bool gitignore = false;

    bool any() const noexcept { return git || ignore || gitignore; }
    friend bool operator==(gitignore_names const&, gitignore_names const&) = default;
};

// Where a directory that is entered stands.
struct gitignore_place {
    std::string directory; // as it is told, with the slash; empty for "."
    bool is_root = false;
    letter_case letters = letter_case::sensitive; // of the repository that it may be in
    gitignore_names names;
};

// Reads what rules a directory brings, as far as it differs from what was read before.
gitignore_level read_level(gitignore_place const& at, gitignore_level const& before,
                           gitignore_options const& from, directory_reader& reader,
                           std::vector<finding>& faults);

} // namespace restat::detail
