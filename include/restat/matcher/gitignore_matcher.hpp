#pragma once

#include <restat/detail/owned.hpp>
#include <restat/matcher/directory_reader.hpp>
#include <restat/matcher/explanation.hpp>
#include <restat/matcher/logic.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat {

/// Where a `gitignore_matcher` finds what is the user's own.
struct gitignore_options {
    /// Whether a rule of git excludes files that git tracks.
    enum class tracked_files : unsigned char { watched, excluded };

    /// For `~`, `.gitconfig` and `.config`; if empty, nothing of the user's is read.
    std::string home = {};
    /// `$XDG_CONFIG_HOME`; if empty, `.config` in `home`.
    std::string config_home = {};
    /// `$GIT_CONFIG_SYSTEM`, or by default the system's `/etc/gitconfig`; if empty, it is not read.
    std::string system_config = {};
    /// `$GIT_CONFIG_GLOBAL`, which is read instead of the files of `home` and `config_home`.
    std::optional<std::string> global_config = {};
    /// Keys and values that count after all files: `$GIT_CONFIG_KEY_0` and `$GIT_CONFIG_VALUE_0`.
    std::vector<std::pair<std::string, std::string>> settings = {};
    /// With `excluded`, no index is read.
    tracked_files tracked = tracked_files::watched;
};

/// What the environment says of git: `HOME`, `XDG_CONFIG_HOME`, `GIT_CONFIG_GLOBAL`,
/// `GIT_CONFIG_SYSTEM`, `GIT_CONFIG_NOSYSTEM`, `GIT_CONFIG_COUNT` with its keys and values.
/// \source git-config(1), Environment
RESTAT_EXPORT gitignore_options gitignore_options_of_environment();

/// A `path_matcher` of the rules of git: `exclude` for what an ignore file leaves out, `include`
/// for what one takes back in by `!` and for what is watched since git tracks it, else `none`.
///
/// Rules are read as a tree is walked, and again when their file differs. The first of these that
/// has a rule for a path decides, and in a file the last rule that matches:
///
/// 1. `.ignore` in the path's directory, then in those above it
/// 2. `.gitignore` likewise, up to the top of the path's own repository
/// 3. `info/exclude` of that repository
/// 4. its `core.excludesFile`, by default `git/ignore` in `config_home`
///
/// Above a root, those up to the top of its repository count too. A directory with a `.git`, or
/// with one that is a file and leads to it, as in a worktree or a submodule, is a repository of its
/// own: what stands above, but for `.ignore`, does not reach into it. Outside of a repository
/// `.ignore` and `.gitignore` below the root count all the same.
///
/// `core.excludesFile` and `core.ignoreCase` are read from `system_config`, `git/config` of
/// `config_home`, `.gitconfig`, the repository's `config`, a worktree's `config.worktree` and
/// `settings`; the last one that has the variable counts. Files that these include are read where
/// they are included, to a depth of 10: `include.path`, and `includeIf` with `gitdir`, `gitdir/i`
/// and `onbranch`. `includeIf` with `hasconfig`, and `GIT_CONFIG_PARAMETERS`, are not read.
///
/// A file that git tracks is watched although a rule of git matches it (2 to 4), as git shows its
/// edits. A directory that a rule excludes is opened if git tracks files below it; only the tracked
/// files below it are watched. A `.ignore` excludes tracked files too. Each repository's
/// `index` is read, of versions 2 to 4 with SHA-1 or SHA-256, and again when its record changes.
/// If it is split, malformed or larger than 128 MiB, rules alone decide. `GIT_INDEX_FILE`, the
/// checksum of the index and the directories of a sparse index are not read.
///
/// Where versions of git differ, this is 2.52: a link for `.gitignore` is not followed (2.32), in
/// `foo**/bar` two stars are one, and `:(optional)` before the path of `core.excludesFile` has that
/// count only if the file is there (2.52).
/// \errors found by `faults`: an ignore file that cannot be read, whose earlier rules stay; one of
/// more than 1 MiB; a rule with more than 1,024 wildcards and letters, which matches nothing; an
/// index that cannot be read, whose earlier paths stay, or cannot be used, which has no paths
/// \cost per ignore file and scan a status; one that differs is read. A path takes one hash for its
/// name and one for its extension and path each, then as long as the rules that are no literals. A
/// path that a rule excludes takes a binary search in the index.
/// A copy shares what was read so far, and from then on reads for itself.
/// \threads any; but `add` from one, before the first scan. One enumerator at a time: who has two
/// gives each a copy, since what changed is told once.
/// \source gitignore(5), gitrepository-layout(5), git-config(1), gitformat-index(5)
class RESTAT_EXPORT gitignore_matcher {
public:
    explicit gitignore_matcher(gitignore_options from = {});
    gitignore_matcher(gitignore_matcher const& other);
    gitignore_matcher(gitignore_matcher&&) noexcept = default;
    gitignore_matcher& operator=(gitignore_matcher other) noexcept;

    /// Rules as if `directory`, as it is told, held them in a `.gitignore`; a scan replaces them.
    void add(std::string_view rules, std::string_view directory = ".");

    verdict operator()(candidate const& path) const noexcept;
    verdict previously(candidate const& path) const noexcept;
    entered enter(candidate const& directory, directory_reader& reader) const;
    /// The rule, and its file and line: "src/.gitignore:12".
    explanation explain(candidate const& path) const;
    /// Appends what could not be read since the last call.
    void faults(std::vector<finding>& into) const;

private:
    struct store;
    detail::owned<store> store_;
};

template <>
inline constexpr bool enable_matcher_logic<gitignore_matcher> = true;

} // namespace restat
