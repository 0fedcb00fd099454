#pragma once

#include <restat/detail/chrono.hpp>
#include <restat/file_system/file_system.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <system_error>

// Thin facades over the system calls for file status and contents. Each call is retried after an
// interrupting signal, sets or clears its error code, and preserves `errno`. Errors are those of
// the system in `std::system_category()`, and compare equal to the `std::errc` named below.
namespace restat::detail {

extern int const current_directory; ///< the base of relative paths, in place of a descriptor

/// Opens a directory and nothing else; -1 on error. Anything but a directory is the error
/// `not_a_directory`; with `last_link::keep`, a link may be `too_many_symbolic_link_levels`
/// instead. \source openat(2)
int open_directory(int in, char const* name, last_link link, std::error_code& error) noexcept;
/// Opens the working directory for lookups of names, even if it is unreadable; -1 on error.
/// \source O_PATH in open(2)
int open_working_directory(std::error_code& error) noexcept;
/// Closes a descriptor and ignores errors, since there is no remedy. \source close(2)
void close(int descriptor) noexcept;
/// Makes the listing of an opened directory begin with its names of now. Btrfs (since Linux 6.6)
/// else lists the names of the time of opening, although a status read later is newer.
/// \source rewinddir(3), lseek(2)
void rewind_directory(int descriptor) noexcept;
/// Returns whether the device number is that of a block device. Btrfs and network file systems
/// make up numbers instead. \source major(3)
bool is_on_block_device(stat_record const& file) noexcept;
/// Reads directory entries in the kernel's format, only for `decode_directory`; 0 at the end.
/// `into` is aligned to 8 bytes and has room for at least one entry with the longest name.
/// \source getdents64(2)
std::size_t read_directory(int descriptor, char* into, std::size_t size,
                           std::error_code& error) noexcept;
/// Appends the names in the output of `read_directory`, except `.` and `..`. An unknown type is
/// `file_type::none`; the scan then reads the status.
void decode_directory(char const* from, std::size_t size, name_list& into);
/// \source fstatat(2)
stat_record stat(int in, char const* name, last_link link, std::error_code& error) noexcept;
/// \source fstat(2)
stat_record stat(int descriptor, std::error_code& error) noexcept;
/// Returns the status of an open directory, and sets whether it is a mount point. Older kernels
/// do not report mount points (before Linux 5.8); the flag is then false. \source
/// STATX_ATTR_MOUNT_ROOT in statx(2)
stat_record stat_directory(int descriptor, bool& is_mount_point, std::error_code& error) noexcept;
/// Returns the record of a name, without following links, and its birth time. Sets
/// `not_supported` if the file system has no birth times. \source statx(2)
stat_record birth_time(int in, char const* name, stamp& made, std::error_code& error) noexcept;
/// Returns true if the directory is on a local file system of the kernel. Such file systems stamp
/// a directory whenever a name is added or removed. \source statfs(2), the file systems'
/// documents in the kernel
bool has_local_stamps(int descriptor) noexcept;
/// Returns how far events about the directory can be trusted: `all` on file systems with local
/// stamps, `none` on file systems that the kernel makes up, such as proc. \source statfs(2),
/// inotify(7)
watch_trust event_trust(int descriptor) noexcept;
/// Returns a time that is never later than the stamp of a file changed now: the time of the
/// current tick. With exact stamps, the exact time. See `is_final` for the lead that it allows.
/// \source CLOCK_REALTIME_COARSE in clock_gettime(2)
stamp stamp_clock() noexcept;
/// Returns the CPU time of this thread. \source CLOCK_THREAD_CPUTIME_ID in clock_gettime(2)
std::chrono::nanoseconds core_time() noexcept;
/// Reads a whole file, also a /proc file without a size. \source read(2)
std::string read_file(char const* path, std::error_code& error);

/// Reads a regular file. Sets `file_too_large` above `limit` bytes. For any other type, sets
/// `invalid_argument` and, except in a race, does not open the file. \source openat(2), read(2)
std::string read_regular(int in, char const* name, last_link link, std::size_t limit,
                         std::error_code& error);
/// Reads at most `size` bytes of a regular file; fewer only at its end. Errors as above.
/// \cost five system calls \source pread(2)
std::string read_regular_part(int in, char const* name, std::uint64_t offset, std::size_t size,
                              std::error_code& error);
/// Returns the absolute path of an open directory. \source readlink(2), /proc/thread-self/fd in
/// proc(5)
std::string location(int descriptor, std::error_code& error);

} // namespace restat::detail
