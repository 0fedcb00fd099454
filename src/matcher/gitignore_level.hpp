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

// An ignore file as last read; without rules if the file does not exist.
struct gitignore_file {
    stat_record record;
    gitignore_rules_ptr rules;
};

// An index file as last read; without paths if the file does not exist.
struct gitignore_index {
    stat_record record;
    std::shared_ptr<git_index const> paths;
};

// A directory above a root, within the root's repository.
struct gitignore_above {
    std::size_t offset = 0; // of the part below this directory, in a path from the top
    gitignore_file ignore;
    gitignore_file gitignore;
};

// The rules that a single directory adds.
struct gitignore_level {
    gitignore_file ignore;
    gitignore_file gitignore;

    bool repository = false; // the top of a repository, or a root inside
    std::string common;      // the git directory shared by all worktrees
    letter_case letters = letter_case::sensitive;
    gitignore_file exclude;
    gitignore_file user;
    gitignore_index index;
    std::string lead;                   // from the top down to the root, with the slash
    std::vector<gitignore_above> above; // from the root upwards

    bool empty() const noexcept { return !ignore.rules && !gitignore.rules && !repository; }
};

// Returns whether both have the same rules, whatever paths git tracks.
bool same_rules(gitignore_level const& a, gitignore_level const& b) noexcept;
// Returns whether both have the same rules and tracked paths, from files with the same records.
bool same_files(gitignore_level const& a, gitignore_level const& b) noexcept;

// The names in a directory that add rules, or may later.
struct gitignore_names {
    bool git = false;
    bool ignore = false;
    bool gitignore = false;

    bool any() const noexcept { return git || ignore || gitignore; }
    friend bool operator==(gitignore_names const&, gitignore_names const&) = default;
};

// The location of a directory that a scan enters.
struct gitignore_place {
    std::string directory; // as delivered, with the slash; empty for "."
    bool is_root = false;
    letter_case letters = letter_case::sensitive; // of the repository around it, if any
    gitignore_names names;
};

// Reads the rules of a directory again, as far as their files changed since `before`.
gitignore_level read_level(gitignore_place const& at, gitignore_level const& before,
                           gitignore_options const& from, directory_reader& reader,
                           std::vector<finding>& faults);

} // namespace restat::detail
