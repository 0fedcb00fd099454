#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/detail/chrono.hpp>
#include <restat/file_system/name_list.hpp>
#include <restat/file_system/watches.hpp>
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
/// | `f.now()` | `stamp` | the timestamp that a file changed now would get; never throws |
///
/// Optional members. The library calls each through a free function, which knows the result for a
/// file system without the member. Here `d` may be const:
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `f.birth_time(p, t, c)` | `stat_record` | `f.stat(p, keep, c)` with birth time |
/// | `f.birth_time(d, n, t, c)` | `stat_record` | the same for this name in `d` |
/// | `f.is_mount_point(d)` | `bool` | true if a file system is mounted on `d` |
/// | `f.trusts_stamps(d)` | `bool` | true if adding or removing any name stamps `d` |
/// | `f.working_directory(r, c)` | `directory` | the base directory of relative paths |
/// | `f.core_time()` | `nanoseconds` | the CPU time used by the calling thread so far |
/// | `F::watches` | | watches directories by events of the kernel: see `directory_watches` |
/// | `f.open_watches(c)` | `watches` | a queue of events without any watch |
/// | `F::concurrent` | `bool` | true if several threads may use copies or `f` itself |
///
/// | member | function | without the member |
/// | --- | --- | --- |
/// | `birth_time` | `read_birth_time` | the error `not_supported` |
/// | `is_mount_point` | `restat::is_mount_point` | false |
/// | `trusts_stamps` | `restat::trusts_stamps` | false: every scan lists the directory |
/// | `working_directory` | `open_working_directory` | the error `not_supported` |
/// | `core_time` | `restat::core_time` | 0 |
/// | `watches` | `watches_of` | `no_watches`, which refuse every directory |
/// | `open_watches` | `restat::open_watches` | the error `not_supported`, and `no_watches` |
/// | `concurrent` | `is_concurrent` | false: a single thread |
///
/// A wrapper takes all optional members from its base, `forwarding_file_system`.
///
/// Rules beyond the compiler's checks:
///
/// - Each call sets its error code `c` or clears it.
/// - Destroying a directory, or assigning an empty directory to a directory variable, closes the
///   directory.
/// - A listing has each name that is there from its first call to its end, also if the name was
///   made after `d` was opened.
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

/// A file system with `birth_time`, in both forms.
template <class F>
concept birth_time_file_system = requires(F& f, typename F::directory& d, char const* n, stamp& t,
                                          std::error_code& c) {
    { f.birth_time(n, t, c) } -> std::same_as<stat_record>;
    { f.birth_time(d, n, t, c) } -> std::same_as<stat_record>;
};

/// A file system with `is_mount_point`.
template <class F>
concept mount_point_file_system = requires(F& f, typename F::directory const& d) {
    bool{f.is_mount_point(d)};
};

/// A file system with `trusts_stamps`.
template <class F>
concept stamp_trusting_file_system = requires(F& f, typename F::directory const& d) {
    bool{f.trusts_stamps(d)};
};

/// A file system with `working_directory`.
template <class F>
concept working_directory_file_system = requires(F& f, stat_record& r, std::error_code& c) {
    { f.working_directory(r, c) } -> std::same_as<typename F::directory>;
};

/// A file system with `core_time`.
template <class F>
concept core_time_file_system = requires(F& f) {
    std::chrono::nanoseconds{f.core_time()};
};

/// A file system with a true `concurrent`.
template <class F>
concept concurrent_file_system = requires {
    requires F::concurrent;
};

/// Reads the status and the birth time of the object at a path; a final link is not followed.
/// \errors `not_supported` if the file system, or the object, has no birth time
template <class F>
stat_record read_birth_time(F& files, char const* path, stamp& made, std::error_code& error) {
    if constexpr (birth_time_file_system<F>) return files.birth_time(path, made, error);
    error = std::make_error_code(std::errc::not_supported);
    return {};
}
/// Does the same for a name in a directory.
template <class F>
stat_record read_birth_time(F& files, typename F::directory& in, char const* name, stamp& made,
                            std::error_code& error) {
    if constexpr (birth_time_file_system<F>) return files.birth_time(in, name, made, error);
    error = std::make_error_code(std::errc::not_supported);
    return {};
}

/// Returns whether a file system is known to be mounted on the directory.
template <class F>
bool is_mount_point(F& files, typename F::directory const& at) {
    if constexpr (mount_point_file_system<F>) return files.is_mount_point(at);
    return false;
}

/// Returns whether each name that appears or disappears in the directory surely stamps it.
template <class F>
bool trusts_stamps(F& files, typename F::directory const& at) {
    if constexpr (stamp_trusting_file_system<F>) return files.trusts_stamps(at);
    return false;
}

/// Opens the base directory of relative paths and reads its record.
/// \errors `not_supported` if the file system has no working directory
template <class F>
typename F::directory open_working_directory(F& files, stat_record& record,
                                             std::error_code& error) {
    if constexpr (working_directory_file_system<F>) return files.working_directory(record, error);
    error = std::make_error_code(std::errc::not_supported);
    return {};
}

/// Returns the CPU time used by the calling thread so far, or 0 if the file system has no such
/// clock.
template <class F>
std::chrono::nanoseconds core_time(F& files) {
    if constexpr (core_time_file_system<F>) return files.core_time();
    return {};
}

/// Whether several threads may use copies of the file system, or the file system itself.
template <class F>
inline constexpr bool is_concurrent = concurrent_file_system<F>;

} // namespace restat
