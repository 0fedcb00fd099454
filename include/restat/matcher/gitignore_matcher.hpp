#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/detail/owned.hpp>
#include <restat/matcher/directory_reader.hpp>
#include <restat/matcher/path_matcher.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat {

/// The places where a `gitignore_matcher` finds the user's own configuration.
struct gitignore_options {
    /// Selects whether a rule of git excludes files tracked by git.
    enum class tracked_files : unsigned char { watched, excluded };

    /// The home directory, for `~`, `.gitconfig` and `.config`; if empty, no configuration of the
    /// user is read.
    std::string home = {};
    /// The value of `$XDG_CONFIG_HOME`; if empty, `.config` in `home`.
    std::string config_home = {};
    /// The value of `$GIT_CONFIG_SYSTEM`, by default `/etc/gitconfig`; if empty, no system file
    /// is read.
    std::string system_config = {};
    /// The value of `$GIT_CONFIG_GLOBAL`, read instead of the files in `home` and `config_home`.
    std::optional<std::string> global_config = {};
    /// Keys and values with priority over all files: `$GIT_CONFIG_KEY_0` and
    /// `$GIT_CONFIG_VALUE_0`, and so on.
    std::vector<std::pair<std::string, std::string>> settings = {};
    /// Selects the treatment of tracked files; with `excluded`, no index is read.
    tracked_files tracked = tracked_files::watched;
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(gitignore_options::tracked_files of) noexcept {
    using enum gitignore_options::tracked_files;
    switch (of) {
    case watched: return "watched";
    case excluded: return "excluded";
    }
    return "invalid";
}

/// Reads the git settings of the environment: `HOME`, `XDG_CONFIG_HOME`, `GIT_CONFIG_GLOBAL`,
/// `GIT_CONFIG_SYSTEM`, `GIT_CONFIG_NOSYSTEM`, `GIT_CONFIG_COUNT` with its keys and values.
/// \source git-config(1), Environment
RESTAT_EXPORT gitignore_options gitignore_options_of_environment();

/// A `path_matcher` that applies the ignore rules of git. Returns `exclude` for a path excluded
/// by an ignore file. Returns `include` for a path restored by a `!` rule, and for a tracked file
/// in spite of a matching rule. Returns `none` for every other path.
///
/// Reads rules while a tree is walked, and again when their file changes. The sources of rules
/// are, in order:
///
/// 1. `.ignore` in the path's directory, then in each directory above
/// 2. `.gitignore` likewise, up to the top of the path's own repository
/// 3. `info/exclude` of this repository
/// 4. its `core.excludesFile`, by default `git/ignore` in `config_home`
///
/// The first source with a rule for a path decides; in a file, the last matching rule decides.
///
/// Ignore files above a root count up to the top of the root's repository. A directory is a
/// repository of its own if it holds a `.git` directory, or a `.git` file with the path of a
/// repository, as in a worktree or a submodule. Rules from above such a directory do not apply
/// inside, except for those of `.ignore`. Outside of a repository, `.ignore` and `.gitignore`
/// below the root count too.
///
/// Reads `core.excludesFile` and `core.ignoreCase` from `system_config`, `git/config` of
/// `config_home`, `.gitconfig`, the repository's `config`, a worktree's `config.worktree` and
/// `settings`. The last setting of a variable counts. Included files are read at the place of the
/// include, to a depth of 10: `include.path`, and `includeIf` with `gitdir`, `gitdir/i` and
/// `onbranch`. `includeIf` with `hasconfig`, and `GIT_CONFIG_PARAMETERS`, are ignored.
///
/// A file tracked by git is watched although a rule of git matches (sources 2 to 4), because git
/// shows its edits. An excluded directory is opened if git tracks files below; then only the
/// tracked files below are watched. An `.ignore` file excludes tracked files too. Reads the
/// `index` of each repository, in versions 2 to 4 with SHA-1 or SHA-256, and again when its
/// record changes. If the index is split, malformed or larger than 128 MiB, rules alone decide.
/// `GIT_INDEX_FILE`, the checksum of the index and the directories of a sparse index are ignored.
///
/// Where versions of git differ, the matcher follows git 2.52. A symbolic link named `.gitignore`
/// is not followed (since 2.32). In `foo**/bar`, two stars are the same as a single star. A
/// `:(optional)` before the path of `core.excludesFile` makes the setting count only if the file
/// exists (since 2.52).
/// \errors collected by `faults`: an unreadable ignore file, whose earlier rules stay; an ignore
/// file of more than 1 MiB; a rule with more than 1,024 wildcards and letters, which matches
/// nothing. Also an unreadable index, whose earlier paths stay, and an unusable index, which
/// counts as empty
/// \cost a status per ignore file and scan, and a read if the file changed. A path costs one hash
/// each for its name, its extension and itself, plus time in proportion to the rules with
/// wildcards. An excluded path costs a binary search in the index. A copy shares the rules read
/// so far; afterwards each copy reads rules for itself.
/// \threads any; `add` from a single thread, before the first scan. Each enumerator needs a
/// matcher of its own, for example a copy, because a matcher reports each change of rules to one
/// scan only.
/// \source gitignore(5), gitrepository-layout(5), git-config(1), gitformat-index(5)
class RESTAT_EXPORT gitignore_matcher {
public:
    /// Stores the options; scans read the ignore files.
    explicit gitignore_matcher(gitignore_options from = {});
    /// Copies the rules read so far; afterwards each copy reads rules for itself.
    gitignore_matcher(gitignore_matcher const& other);
    gitignore_matcher(gitignore_matcher&&) noexcept = default;
    gitignore_matcher& operator=(gitignore_matcher other) noexcept;

    /// Adds rules as if `directory`, spelled as in delivered paths, held them in a `.gitignore`.
    /// A scan of this directory replaces them.
    void add(std::string_view rules, std::string_view directory = ".");

    verdict operator()(candidate const& path) const noexcept;
    verdict previous_verdict(candidate const& path) const noexcept;
    directory_rules on_directory(candidate const& directory, directory_reader& reader) const;
    /// Returns the deciding rule, with its file and line: "src/.gitignore:12".
    explanation explain(candidate const& path) const;
    /// Appends the read errors and bad rules since the last call.
    void faults(std::vector<finding>& into) const;

private:
    struct store;
    detail::owned<store> store_;
};

template <>
inline constexpr bool enable_matcher_logic<gitignore_matcher> = true;

} // namespace restat
