#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled.hpp>
#else
#include <restat/detail/file_reader.hpp>
#include <restat/detail/owned.hpp>
#include <restat/export.hpp>
#include <restat/file_system/file_system.hpp>
#include <restat/path_list.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace restat {

namespace detail {

class own_writes;

} // namespace detail

/// A scope in which the host writes watched files itself: at the end of the scope, the state of
/// these files becomes known, and is not delivered.
///
///     {
///         restat::own_write const save{reloader, "config.toml"};
///         std::ofstream{"config.toml"} << text;
///     }
///
/// The scope ends after the file is closed. Its end takes the record of each file, or notes that
/// the file is missing. A scan then compares what it finds with this record:
///
/// | change | result |
/// | --- | --- |
/// | of another file, at any time | delivered |
/// | of the same file, before the scope began | delivered, with the latest content |
/// | by the host, in the scope | known, not delivered |
/// | of the same file, after the record was taken | delivered |
/// | by others, between the begin of the scope and the record | not promised |
///
/// In the last case the host has overwritten the edit, or the edit hides in the record of the
/// host. A scope around the write alone keeps this time short; `record` and `record_temporary` end
/// it before the scope ends. While the scope is open, changes of its files wait
/// (`awaited::own_write`). A change that was pending before stays pending.
///
/// An exception that leaves the scope abandons it: the change is delivered like any other. So is
/// the write of a file whose status cannot be read.
///
/// A record that is not final is checked again after its tick, when also the content must be that
/// of the end of the scope: a second edit in the same tick is delivered. For this purpose, the file
/// is read twice, once at the end of the scope and once by a poll. A file of more than 64 MiB is
/// not read: if its record is not final at the end of the scope, it is delivered.
///
/// The state before the next scans is not yet that of `basic_reloader::delivered`: a snapshot that
/// is saved before a poll has found the final record, a tick after the scope, has the file as it
/// was before the scope, and the next run delivers it.
///
/// Paths are spelled as those that the reloader delivers (`./a//b` is `a/b`); a path that is not
/// watched is ignored. A directory stands for itself, not for the files below it. A relative path
/// begins in the working directory at the construction of the reloader.
/// \threads any, also while a guard runs; several scopes at a time, also for the same file: its
/// changes wait for all of them. The reloader must live longer than the scope
/// \cost two system calls for each path at each end; the content of a file as above
class RESTAT_EXPORT own_write {
public:
    /// Begins the scope of one or several files.
    template <class Reloader>
    [[nodiscard]] own_write(Reloader& reloader, path_list paths)
        : own_write{reloader.own_writes(), std::move(paths), nullptr} {}
    /// Does the same for a reloader of another file system; a copy of it serves the scope and the
    /// next polls. A relative path begins in the working directory of this file system.
    template <class Reloader, file_system FileSystem>
    [[nodiscard]] own_write(Reloader& reloader, path_list paths, FileSystem files)
        : own_write{reloader.own_writes(), std::move(paths),
                    std::make_shared<detail::file_reader_of<FileSystem>>(std::move(files))} {}
    own_write(own_write const&) = delete;
    /// Takes the record of each file, unless it was taken before.
    ~own_write();

    /// Takes the record of a file now, after the last write, from the open descriptor of the host.
    /// If the path leads to another file by then, or later, that file is delivered. Call it after
    /// `fsync` on a network file system, which may stamp a file when it is written back.
    void record(std::string_view path, int descriptor);
    /// Takes the record of a file from the temporary file that the host will rename to the path.
    /// At the end of the scope, the path must lead to this file, with the same size, modification
    /// time and content. Its ctime may differ, since a rename sets it.
    void record_temporary(std::string_view path, std::string_view temporary);
    /// Abandons the scope: the changes are delivered.
    void abandon() noexcept;

private:
    struct members;

    own_write(detail::own_writes& of, path_list paths,
              std::shared_ptr<detail::file_reader> files);

    detail::owned<members> m_;
};

} // namespace restat
#endif
