#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/file_system/base_directory.hpp>
#include <restat/file_system/native_file_system.hpp>
#include <restat/snapshot_update.hpp>
#endif
#include <restat/event_use.hpp>
#include <restat/fwd.hpp>
#include <restat/path_list.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat {

namespace detail {
template <class FileSystem>
class tree_refresh;

/// Returns the offset in a path at which the part below its innermost root begins, or `npos` if
/// no root holds the path.
RESTAT_EXPORT std::size_t place_below(std::vector<std::string> const& roots,
                                      std::string_view path);
} // namespace detail

/// Selects the scope and the manner of a tree scan.
struct tree_options {
    enum class symlinks : unsigned char {
        named_only, ///< follows a root that is a link; watches a link below a root as a link
        follow,     ///< watches each link both as the link and as its target
    };
    enum class file_systems : unsigned char {
        cross, ///< includes the file systems mounted below a root
        stay,  ///< includes only the file system of the root
    };

    enum class entries : unsigned char {
        files, ///< watches everything except directories
        /// Also watches each directory below a root, by its path without links. The creation,
        /// removal or rename of a directory is a single change. Names that appear or disappear in
        /// a directory are not changes of the directory. A rename is reported if the file system
        /// knows the birth time of a directory.
        files_and_directories,
    };

    symlinks links = symlinks::named_only;
    file_systems mounts = file_systems::cross;
    selection_changes selection = selection_changes::silent; ///< for `roots()`
    /// \cost with directories, another system call for each directory
    entries report = entries::files;
    /// With events, the matcher of a scan must live until the next scan.
    event_use events = event_use::off;
    /// The maximum number of threads of a scan, including the caller's thread. The value 0 uses
    /// as many threads as pay off; for a small tree, only the caller's thread.
    std::size_t threads = 0;
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(tree_options::symlinks of) noexcept {
    using enum tree_options::symlinks;
    switch (of) {
    case named_only: return "named_only";
    case follow: return "follow";
    }
    return "invalid";
}

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(tree_options::file_systems of) noexcept {
    using enum tree_options::file_systems;
    switch (of) {
    case cross: return "cross";
    case stay: return "stay";
    }
    return "invalid";
}

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(tree_options::entries of) noexcept {
    using enum tree_options::entries;
    switch (of) {
    case files: return "files";
    case files_and_directories: return "files_and_directories";
    }
    return "invalid";
}

#ifndef RESTAT_DISABLED
/// A `file_enumerator` of the files at and below the given roots.
///
/// A root may be a directory, a file or a link to either. A missing root is a finding until the
/// root appears. Paths are reported as `find ROOT` prints them, with the root in its canonical
/// spelling: without `.` components, doubled slashes and trailing slashes (`./a//b/.` is `a/b`).
/// The spelling keeps `x/..`, because `x` may be a link.
///
/// A relative root begins in the working directory of the construction, even if the host changes
/// its working directory later. See `detail::base_directory` for the case of a renamed directory.
/// The enumerator keeps no descriptor for this purpose between scans.
///
/// Relations of the roots to each other and to the matcher, in every kind of scan:
/// - The scan opens a root directory regardless of the matcher. The matcher decides about
///   everything below the root.
/// - A root below another root is walked on its own: the walk of the outer root does not enter
///   the inner root. So the matcher receives each path as below its innermost root, in any order
///   of the roots.
/// - A root that is a file is checked if the matcher accepts its last component
///   (`candidate::named`). Rules about the directories above the file, or in these directories,
///   do not apply. The file counts once, under the given name, even if another root holds the
///   file.
/// - A directory with several paths is visited once. A path without symbolic links and mount
///   points below the root wins. So the arrival or removal of a link or a bind mount changes
///   nothing in the target directory. If each path has links or mount points, the path with the
///   fewest links wins, then that with the fewest mount points, then the first root, then the
///   first path in order. So a path without links wins, whatever is mounted on its way.
/// \errors a finding for each path that cannot be opened, listed or checked; everything below
/// such a path stays as known. A path that vanishes during the scan counts as removed. An error
/// code if stopped or out of memory
/// \cost at most 13 descriptors per thread, whatever the depth, and fewer if the process has no
/// more; per directory an open, a stat and two listings, per file a stat; no recursion. The
/// descriptors stay open between the slices of a scan, so their file systems cannot be unmounted
/// \see file_system for the requirements on `FileSystem`
template <class FileSystem>
class RESTAT_EXPORT basic_tree_enumerator {
    static_assert(file_system<FileSystem>,
                  "FileSystem is no file_system: see restat/file_system/file_system.hpp");

public:
    /// Stores the roots. A relative root begins in the present working directory.
    explicit basic_tree_enumerator(path_list roots, tree_options how = {}, FileSystem files = {})
        : roots_{std::move(roots)}
        , how_{how}
        , files_{std::move(files)}
        , base_{detail::base_directory::of(files_)} {}

    /// Lists every directory and adds every watched file.
    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error);

    /// Brings a known snapshot up to date. Lists a directory only if its record shows that names
    /// may have appeared or disappeared since the last listing.
    /// \cost per directory an open and a stat, per file a stat; no allocation without a
    /// difference
    /// \threads as many as `tree_options::threads` permits; these threads end with the call
    void refresh(matcher_ref matcher, snapshot_update& update, std::error_code& error);

    /// Adds the places of the events since the last call: the changed files, the directories with
    /// new or missing names, and the parents of directories that are gone. A name that the matcher
    /// excludes adds nothing, unless the name may hold rules.
    /// \cost constant per event; a pass over the known directories after a change of the watches
    void take_hints(snapshot const& latest,
                    hint_list& into) requires watching_file_system<FileSystem>;
    /// Returns a descriptor that is readable while events wait, or -1.
    int hint_descriptor() const requires watching_file_system<FileSystem>;
    /// Adds a root that differs in a way without an event: another directory or link at its path, a
    /// changed file, a missing root. \cost a system call per root
    void check_unwatched(matcher_ref matcher, snapshot const& latest,
                         hint_list& into) requires watching_file_system<FileSystem>;
    /// Returns the coverage at the last `take_hints`.
    event_coverage coverage() const requires watching_file_system<FileSystem>;

    /// \cost a system call or two
    bool birth_time(std::string_view path, stat_record const& of,
                    stamp& made) const requires birth_time_file_system<FileSystem> {
        FileSystem files{files_};
        auto const is_at = [&](std::string const& place) {
            std::error_code error;
            stat_record const now = read_birth_time(files, place.c_str(), made, error);
            return !error && changed_fields(now, of) == fields::none;
        };
        return is_at(std::string{path}) || (!path.starts_with('/') && is_at(base_.whole(path)));
    }
    /// Returns the offset of the part below the innermost root, or `npos`.
    std::size_t root_prefix(std::string_view path) const {
        return detail::place_below(roots_, path);
    }

    /// Returns the roots; the caller may change them between scans. With
    /// `selection_changes::silent`, a change of the roots alone does not report files as added or
    /// removed. If relative and absolute roots overlap, such a change may give a file another name,
    /// for example `/home/w/a/f` instead of `a/f`: its earlier edits are delivered under the new
    /// name.
    std::vector<std::string>& roots() noexcept { return roots_; }
    std::vector<std::string> const& roots() const noexcept { return roots_; }

private:
    std::vector<std::string> roots_;
    tree_options how_;
    FileSystem files_;
    detail::base_directory base_;
    detail::owned<detail::tree_refresh<FileSystem>> memory_;
};

// Compiled once, in the library.
extern template class RESTAT_EXPORT basic_tree_enumerator<native_file_system>;
#endif

} // namespace restat
