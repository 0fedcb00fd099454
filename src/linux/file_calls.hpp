#pragma once

#include <restat/detail/chrono.hpp>
#include <restat/file_system/file_system.hpp>

#include <cstddef>
#include <string>
#include <system_error>

// Thin facades over the system calls that look at files. Each is tried again when a signal
// interrupts it, sets or clears its error code, and leaves `errno` alone.
namespace restat::sys {

inline constexpr int current_directory = -100; ///< AT_FDCWD: where relative paths begin

/// Opens a directory and nothing else; -1 on error. \source openat(2)
int open_directory(int in, char const* name, last_link link, std::error_code& error) noexcept;
/// The working directory, which need not be readable, to look up names in; -1 on error.
/// \source O_PATH in open(2)
int open_working_directory(std::error_code& error) noexcept;
/// Closes a descriptor; what that reports cannot be helped. \source close(2)
void close(int descriptor) noexcept;
/// Reads directory entries as the kernel lays them out; 0 at the end. \source getdents64(2)
std::size_t read_directory(int descriptor, char* into, std::size_t size,
                           std::error_code& error) noexcept;
/// Appends the names in what `read_directory` gave.
void decode_directory(char const* from, std::size_t size, name_list& into);
/// \source fstatat(2)
stat_record stat(int in, char const* name, last_link link, std::error_code& error) noexcept;
/// \source fstat(2)
stat_record stat(int descriptor, std::error_code& error) noexcept;
/// The status of an open directory, and whether something is mounted on it; false where the kernel
/// does not say (before Linux 5.8). \source STATX_ATTR_MOUNT_ROOT in statx(2)
stat_record stat_directory(int descriptor, bool& is_mount_point, std::error_code& error) noexcept;
/// The record of what has a name, which is not followed, and when it was made; `not_supported` if
/// the file system does not tell. \source statx(2)
stat_record born(int in, char const* name, stamp& made, std::error_code& error) noexcept;
/// Whether a directory is on a file system of the kernel's own that stamps a directory whenever a
/// name in it comes or goes. \source statfs(2), the file systems' documents in the kernel
bool has_local_stamps(int descriptor) noexcept;
/// The time of the current tick. \source CLOCK_REALTIME_COARSE in clock_gettime(2)
stamp stamp_clock() noexcept;
/// What this thread had of a core so far. \source CLOCK_THREAD_CPUTIME_ID in clock_gettime(2)
std::chrono::nanoseconds core_time() noexcept;
/// The bytes of a whole file, such as one of /proc that has no size. \source read(2)
std::string read_file(char const* path, std::error_code& error);

/// The bytes of a regular file; of more than `limit`, `file_too_large`. What is no regular file is
/// `invalid_argument` and, but for a race, not opened. \source openat(2), read(2)
std::string read_regular(int in, char const* name, last_link link, std::size_t limit,
                         std::error_code& error);
/// The absolute path of an open directory. \source readlink(2), /proc/thread-self/fd
/// in proc(5)
std::string location(int descriptor, std::error_code& error);

} // namespace restat::sys
