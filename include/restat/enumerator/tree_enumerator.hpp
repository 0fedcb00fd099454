#pragma once

#include <restat/enumerator/file_enumerator.hpp>
#include <restat/file_system/base_directory.hpp>
#include <restat/file_system/native_file_system.hpp>
#include <restat/fwd.hpp>
#include <restat/path_list.hpp>
#include <restat/snapshot_update.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat {

namespace detail {
template <class FileSystem>
class tree_refresh;

/// Where in a path the part below the innermost root that holds it begins, or `npos`.
RESTAT_EXPORT std::size_t place_below(std::vector<std::string> const& roots,
                                      std::string_view path);
} // namespace detail

/// How a tree is walked.
struct tree_options {
    enum class symlinks : unsigned char {
        named_only, ///< a root is followed; a link below it is watched as a link
        follow,     ///< each link is watched as the link and as what it leads to
    };
    enum class file_systems : unsigned char {
        cross, ///< what is mounted below a root belongs to the tree
        stay,  ///< only what is on the file system of its root does
    };

    enum class entries : unsigned char {
        files, ///< everything but directories
        /// Each directory below a root as well, by the path without links. A directory that is
        /// made, removed or renamed is one change; names that come and go in it are none of its
        /// own. A rename is reported where the file system tells when a directory was made.
        files_and_directories,
    };

    symlinks links = symlinks::named_only;
    file_systems mounts = file_systems::cross;
    selection_changes selection = selection_changes::silent; ///< of `roots()`
    /// \cost with directories, one more system call for each
    entries report = entries::files;
    /// How many threads may look at once, the caller's included; 0 for as many as pay off, which
    /// for a small tree is one.
    std::size_t threads = 0;
};

/// A `file_enumerator` of the files at and below one or more roots.
///
/// A root may be a directory, a file or a link to either, and may be missing: that is a finding
/// until it appears. Paths are reported as `find ROOT` prints them, with the root in one spelling:
/// without `.` components, doubled slashes and slashes at the end (`./a//b/.` is `a/b`). `x/..`
/// stays as it is, because `x` may be a link.
///
/// A relative root means what it meant when the enumerator was made, wherever the host changes its
/// working directory to; see `detail::base_directory` for a directory that is renamed. No
/// descriptor is kept for that between scans.
///
/// What roots mean to each other and to the matcher, in every kind of scan:
/// - A root that is a directory is opened whatever the matcher says. The matcher decides about
///   everything below it.
/// - A root below another root is walked on its own: the outer root does not enter it. So the
///   matcher is asked about each path as below the innermost root that holds it, in any order of
///   the roots.
/// - A root that is a file is checked if the matcher lets its last component through
///   (`candidate::named`): rules about directories above it, or in them, do not apply. It counts
///   once, under the name given, also where another root holds it.
/// - A directory that several paths reach is visited once. A path without symbolic links and mount
///   points below the root wins, so that a link or a bind mount that comes or goes changes nothing
///   in the directory that it leads to. If each path has some, the one with the fewest wins, then
///   the first root, then the first path in order.
/// \errors a finding for what cannot be opened, listed or looked at, below which all stays as it
/// was known; what vanishes during the scan is just gone. An error code if stopped or out of
/// memory
/// \cost at most 13 descriptors a thread, whatever the depth, and fewer when there are no more; per
/// directory an open, a stat and two listings, per file a stat; no recursion. Between slices of one
/// scan they stay open, and what they are on cannot be unmounted
/// \see file_system for what `FileSystem` must have
template <class FileSystem>
class RESTAT_EXPORT basic_tree_enumerator {
    static_assert(file_system<FileSystem>,
                  "FileSystem is no file_system: see restat/file_system/file_system.hpp");

public:
    explicit basic_tree_enumerator(path_list roots, tree_options how = {}, FileSystem files = {})
        : roots_{std::move(roots)}
        , how_{how}
        , files_{std::move(files)}
        , base_{detail::base_directory::of(files_)} {}

    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error);

    /// Brings what is known up to date. A directory is listed only if its record says that names
    /// may have come or gone since it was listed.
    /// \cost per directory an open and a stat, per file a stat; no allocation while nothing
    /// differs
    /// \threads as many as `tree_options::threads` says, which end with the call
    void refresh(matcher_ref matcher, snapshot_update& update, std::error_code& error);

    /// \cost a system call or two
    bool born(std::string_view path, stat_record const& of, stamp& made) const {
        if constexpr (requires(FileSystem & f, std::error_code & c) { f.born("", made, c); }) {
            FileSystem files{files_};
            auto const is_at = [&](std::string const& place) {
                std::error_code error;
                stat_record const now = files.born(place.c_str(), made, error);
                return !error && differences(now, of) == fields::none;
            };
            return is_at(std::string{path}) ||
                   (!path.starts_with('/') && is_at(base_.whole(path)));
        } else {
            return false;
        }
    }
    std::size_t place_of(std::string_view path) const {
        return detail::place_below(roots_, path);
    }

    /// The roots; may be changed between scans. Unless `tree_options::selection` says so, files are
    /// not added because a root was taken in, and not removed because one was taken out.
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

} // namespace restat
