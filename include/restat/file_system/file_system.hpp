#pragma once

#include <restat/file_system/name_list.hpp>
#include <restat/stat_record.hpp>

#include <concepts>
#include <cstddef>
#include <string>
#include <system_error>

namespace restat {

/// A `file_system` opens directories, lists them, reads the status of names, and reads the clock
/// of their timestamps.
///
/// Notation: `F` the type, `f` a value of it, `d` an `F::directory&`, `p` a path, `n` a name in a
/// directory. Both are `char const*`. Further, `l` a `last_link`, `s` a `name_list&`, `z` a number
/// of bytes, `t` a `stamp&`, `r` a `stat_record&`, `c` an `error_code&`.
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `F::directory` | | an open directory; none if default-constructed or moved from |
/// | `bool{d}` | `bool` | true if `d` is open |
/// | `f.open(p, c)` | `directory` | opens the directory at a path, following links |
/// | `f.open(d, n, l, c)` | `directory` | opens the directory of this name in `d` |
/// | `f.list(d, s, c)` | `bool` | appends the next names, without `.` and `..`; false at the end |
/// | `f.stat(p, l, c)` | `stat_record` | the status of the file at the path |
/// | `f.stat(d, n, l, c)` | `stat_record` | the status of the file of this name in `d` |
/// | `f.stat(d, c)` | `stat_record` | the status of `d` itself |
/// | `f.read(d, n, l, z, c)` | `string` | the bytes of the regular file of this name in `d` |
/// | `f.location(d, c)` | `string` | the absolute path of `d`, without links |
/// | `f.birth_time(p, t, c)` (optional) | `stat_record` | `f.stat(p, keep, c)` with birth time |
/// | `f.birth_time(d, n, t, c)` (optional) | `stat_record` | the same for this name in `d` |
/// | `f.is_mount_point(d)` (optional) | `bool` | true if a file system is mounted on `d` |
/// | `f.trusts_stamps(d)` (optional) | `bool` | true if adding or removing any name stamps `d` |
/// | `f.working_directory(r, c)` (optional) | `directory` | the base directory of relative paths |
/// | `f.core_time()` (optional) | `nanoseconds` | the CPU time used by the calling thread so far |
/// | `F::concurrent` (optional) | `bool` | true if several threads may use copies or `f` itself |
/// | `f.now()` | `stamp` | the timestamp that a file changed now would get; never throws |
///
/// Rules beyond the compiler's checks:
///
/// - Each call sets its error code `c` or clears it.
/// - Destroying a directory, or assigning an empty directory to a directory variable, closes the
///   directory.
/// - The file system opens only directories and, for `read`, regular files.
/// - A file of more than `z` bytes is the error `file_too_large`.
/// - A name may also be a path, relative to `d` or absolute.
/// - A path is followed through links before its last name; the last name is followed only with
///   `follow`.
/// - Copies of `f` refer to the same file system, with the same files and the same clock.
/// - The working directory serves only for lookups of names and for `location`; its record is
///   stored in `r`. The directory itself may be unreadable.
/// - Every record is marked final: the caller reads the clock before and after the call, and
///   decides from both times.
template <class F>
concept file_system = std::copy_constructible<F> &&
    std::default_initializable<typename F::directory> && std::movable<typename F::directory> &&
    requires(F& f, typename F::directory& d, char const* n, last_link l, name_list& s,
             std::size_t z, std::error_code& c) {
    static_cast<bool>(d);
    { f.open(n, c) } -> std::same_as<typename F::directory>;
    { f.open(d, n, l, c) } -> std::same_as<typename F::directory>;
    { f.list(d, s, c) } -> std::same_as<bool>;
    { f.stat(n, l, c) } -> std::same_as<stat_record>;
    { f.stat(d, n, l, c) } -> std::same_as<stat_record>;
    { f.stat(d, c) } -> std::same_as<stat_record>;
    { f.read(d, n, l, z, c) } -> std::same_as<std::string>;
    { f.location(d, c) } -> std::same_as<std::string>;
    { f.now() }
    noexcept->std::same_as<stamp>;
};

} // namespace restat
