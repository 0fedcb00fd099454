#pragma once

#ifndef RESTAT_DISABLED
#include <restat/file_system/file_system.hpp>
#endif
#include <restat/detail/start_directory.hpp>
#include <restat/export.hpp>
#include <restat/path_list.hpp>
#include <restat/snapshot.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace restat {

/// The files that a saved snapshot is about.
struct snapshot_scope {
    /// The roots of the enumerator, in any order. The same directory in another spelling, as an
    /// absolute path instead of a relative one, is another root: its files have other paths.
    path_list roots = {};
    /// A text that differs if other files below the roots match, such as the patterns. With other
    /// rules, a file that no rule hides any more would count as added.
    std::string rules = {};
    /// A relative root begins here: in the working directory at the construction of the scope.
    detail::start_directory start = {};
};

#ifndef RESTAT_DISABLED
/// Saves a snapshot for the next start of the host, usually `reloader.delivered()`: its pending
/// changes are delivered by the next run. A reader of the file sees the old or the new snapshot.
///
/// Writes another file in the same directory, then to the device (`fsync`), and renames the file.
/// The name of the other file is `.NAME.NUMBER~`, which the default ignores exclude. After a crash
/// of the machine, the file has the old or the new snapshot; an old snapshot only means more
/// changes. Only the owner can read the file. Keep the file outside of the roots, or exclude it.
/// \errors those of the system calls; `invalid_argument` for the path of a device, a pipe or a
/// socket; the old file stays
/// \cost about 140 bytes and the path for each file; waits for the device
RESTAT_EXPORT void save_snapshot(std::string const& path, snapshot const& known,
                                 snapshot_scope const& scope, std::error_code& error);
/// Does the same, and throws.
/// \errors throws `reload_error`
RESTAT_EXPORT void save_snapshot(std::string const& path, snapshot const& known,
                                 snapshot_scope const& scope);

/// Loads a snapshot, for `resume` of a reloader. The first scan then finds every change since the
/// save.
///
/// A reboot or a remount gives a file system another device number. For each root, the device
/// numbers of the snapshot are replaced by those of now: the first file that is equal in all other
/// fields shows both numbers. Such a file is not a change.
/// \errors `no_such_file_or_directory` without a file, and `invalid_argument` if the path is no
/// regular file; `errc::snapshot_damaged`,
/// `errc::snapshot_version`, `errc::snapshot_machine` or `errc::snapshot_scope` for a snapshot that
/// cannot be used. There is no result then: take a baseline instead
/// \cost reads the status of a file for each root and device; of each file, if every file has
/// changed
[[nodiscard]] RESTAT_EXPORT std::optional<snapshot> load_snapshot(std::string const& path,
                                                                  snapshot_scope const& scope,
                                                                  std::error_code& error);
/// Does the same, and throws.
/// \errors throws `reload_error`
[[nodiscard]] RESTAT_EXPORT snapshot load_snapshot(std::string const& path,
                                                   snapshot_scope const& scope);

/// Returns the bytes that `save_snapshot` writes, for a host that stores them itself.
[[nodiscard]] RESTAT_EXPORT std::string pack_snapshot(snapshot const& known,
                                                      snapshot_scope const& scope);

namespace detail {

/// Refers to a file system for the status of a path.
struct status_reader {
    void* of;
    stat_record (*call)(void* of, char const* path, last_link link, std::error_code& error);
};

RESTAT_EXPORT std::optional<snapshot> unpack_snapshot(std::string_view bytes,
                                                      snapshot_scope const& scope,
                                                      status_reader files,
                                                      std::error_code& error);

} // namespace detail

/// Returns the snapshot in the bytes of `pack_snapshot`, with the device numbers of a file system.
/// \errors as `load_snapshot`
template <file_system FileSystem>
[[nodiscard]] std::optional<snapshot> unpack_snapshot(std::string_view bytes,
                                                      snapshot_scope const& scope,
                                                      FileSystem files, std::error_code& error) {
    auto const call = [](void* of, char const* path, last_link link, std::error_code& failure) {
        return static_cast<FileSystem*>(of)->stat(path, link, failure);
    };
    return detail::unpack_snapshot(bytes, scope, {&files, call}, error);
}
#endif

} // namespace restat
