#pragma once

#include <restat/file_system/name_list.hpp>
#include <restat/stat_record.hpp>

#include <concepts>
#include <cstddef>
#include <string>
#include <system_error>

namespace restat {

/// A `file_system` opens directories, lists them, tells the status of names, and reads the clock
/// by which it stamps files.
///
/// Notation: `F` the type, `f` a value of it, `d` an `F::directory&`, `p` a path and `n` a name
/// in a directory (both `char const*`), `l` a `last_link`, `s` a `name_list&`, `z` a number of
/// bytes, `t` a `stamp&`, `r` a `stat_record&`, `c` an `error_code&`.
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `F::directory` | | an open directory, or none when made by default or moved from |
/// | `bool{d}` | `bool` | whether it is open |
/// | `f.open(p, c)` | `directory` | the directory to which the path leads, links followed |
/// | `f.open(d, n, l, c)` | `directory` | the directory of this name in `d` |
/// | `f.list(d, s, c)` | `bool` | appends the next names, without `.` and `..`; false at the end |
/// | `f.stat(p, l, c)` | `stat_record` | the status of what is at the path |
/// | `f.stat(d, n, l, c)` | `stat_record` | the status of what has this name in `d` |
/// | `f.stat(d, c)` | `stat_record` | the status of `d` itself |
/// | `f.read(d, n, l, z, c)` | `string` | the bytes of the regular file of this name in `d` |
/// | `f.location(d, c)` | `string` | the absolute path of `d`, without links |
/// | `f.born(p, t, c)` (optional) | `stat_record` | as `f.stat(p, keep, c)`, and when it was made |
/// | `f.born(d, n, t, c)` (optional) | `stat_record` | the same of what has this name in `d` |
/// | `f.is_mount_point(d)` (optional) | `bool` | whether `d` is where something is mounted |
/// | `f.trusts_stamps(d)` (optional) | `bool` | whether each name that comes or goes stamps `d` |
/// | `f.working_directory(r, c)` (optional) | `directory` | where relative paths begin |
/// | `f.core_time()` (optional) | `nanoseconds` | what the calling thread had of a core so far |
/// | `F::concurrent` (optional) | `bool` | whether several threads may use copies or `f` itself |
/// | `f.now()` | `stamp` | the time that a file would be stamped with; never throws |
///
/// Rules that a compiler cannot see: each sets or clears `c`; a directory that goes out of scope
/// is closed, and so is one that is assigned an empty one; nothing but a directory is ever
/// opened, and by `read` a regular file; a file of more than `z` bytes is `file_too_large`. Where
/// a name is asked for, a path may stand, relative to `d` or absolute. Only `follow`, or what
/// stands before the last name of a path, leads through a link; copies of `f` are the same file
/// system. The working directory is only good for looking up names and for `location`; its record
/// is put into `r`. A record counts as final: whoever asks for it reads the clock around it and
/// decides.
///
/// Models: `native_file_system`, `testing::memory_file_system`.
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
