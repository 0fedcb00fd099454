#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/detail/chrono.hpp>
#include <restat/detail/owned.hpp>
#include <restat/export.hpp>
#include <restat/file_system/file_system.hpp>

#include <utility>

namespace restat {
namespace detail {

class native_watches;

} // namespace detail

/// The `file_system` of the kernel.
/// \threads any
/// \cost a system call per operation, repeated only after an interrupting signal; five to read
/// a file; two for the first names of a directory; none for the clock
/// \source openat(2), getdents64(2), lseek(2), fstatat(2), statx(2), CLOCK_REALTIME_COARSE in
/// clock_gettime(2); a location is the target of the descriptor in proc(5)
class RESTAT_EXPORT native_file_system {
public:
    class watches;

    /// A directory descriptor, closed on exec.
    class RESTAT_EXPORT directory {
    public:
        directory() noexcept = default;
        explicit directory(int descriptor) noexcept : descriptor_{descriptor} {}
        directory(directory&& other) noexcept
            : descriptor_{std::exchange(other.descriptor_, -1)}
            , watch_{other.watch_}
            , trust_{other.trust_}
            , device_{other.device_}
            , is_mount_point_{other.is_mount_point_}
            , may_list_old_names_{other.may_list_old_names_} {}
        directory& operator=(directory&& other) noexcept {
            directory{std::move(other)}.swap(*this);
            return *this;
        }
        ~directory() {
            if (descriptor_ >= 0) close();
        }

        explicit operator bool() const noexcept { return descriptor_ >= 0; }
        int descriptor() const noexcept { return descriptor_; }
        void swap(directory& other) noexcept {
            std::swap(descriptor_, other.descriptor_);
            std::swap(watch_, other.watch_);
            std::swap(trust_, other.trust_);
            std::swap(device_, other.device_);
            std::swap(is_mount_point_, other.is_mount_point_);
            std::swap(may_list_old_names_, other.may_list_old_names_);
        }

    private:
        void close() noexcept;

        friend native_file_system;
        friend watches;
        int descriptor_ = -1;
        int watch_ = 0;                         // of the last `add`
        watch_trust trust_ = watch_trust::none; // in events of this device; `none` if unknown
        std::uint64_t device_ = 0;              // at first that of the directory above
        bool is_mount_point_ = false;           // at the last read of its status
        bool may_list_old_names_ = true;        // those of the time when it was opened
    };

    directory open(char const* path, std::error_code& error) const noexcept;
    directory open(directory const& in, char const* name, last_link link,
                   std::error_code& error) const noexcept;
    bool list(directory& of, name_list& into, std::error_code& error) const;
    stat_record stat(char const* path, last_link link, std::error_code& error) const noexcept;
    stat_record stat(directory const& in, char const* name, last_link link,
                     std::error_code& error) const noexcept;
    stat_record stat(directory& of, std::error_code& error) const noexcept;
    /// Returns the result of the last `stat` of this directory; false if the kernel does not
    /// report mount points (before Linux 5.8).
    bool is_mount_point(directory const& of) const noexcept { return of.is_mount_point_; }
    /// Opens the working directory of the process, also without the right to read its names.
    /// \source O_PATH in open(2)
    directory working_directory(stat_record& record, std::error_code& error) const noexcept;
    /// Returns the record and the birth time of a file.
    /// \errors `not_supported` if the file system has no birth times
    stat_record birth_time(char const* path, stamp& made, std::error_code& error) const noexcept;
    stat_record birth_time(directory const& in, char const* name, stamp& made,
                           std::error_code& error) const noexcept;
    std::string read(directory const& in, char const* name, last_link link, std::size_t limit,
                     std::error_code& error) const;
    std::string location(directory const& of, std::error_code& error) const;
    stamp now() const noexcept;
    /// Returns true if adding or removing any name stamps the directory. This holds for the
    /// kernel's own file systems; nothing is known of network and user-space file systems.
    bool trusts_stamps(directory const& of) const noexcept;
    /// Returns the CPU time of the calling thread. \source CLOCK_THREAD_CPUTIME_ID in
    /// clock_gettime(2)
    std::chrono::nanoseconds core_time() const noexcept;
    /// Opens a queue of inotify. \errors `too_many_files_open` if the user has too many queues
    watches open_watches(std::error_code& error) const;
    static constexpr bool concurrent = true;
};

/// Watches directories by inotify. Events of the kernel's own file systems are trusted as much as
/// their stamps (see `trusts_stamps`). Other file systems, such as network file systems and FUSE,
/// report only changes made on this machine. Directories of proc, sysfs, devpts and cgroup are
/// refused.
///
/// At most half of the user's watches are taken, since other programs share them, but always
/// 4,096. Then `add` refuses with `no_space_on_device`, as at the limits of the kernel. A directory
/// without the right to read is refused with `permission_denied`.
/// \cost an `add` is a system call, and takes about 1 KB of kernel memory. `statfs` follows unless
/// the directory was opened through a watched directory of its file system. A directory takes about
/// 24 bytes of user memory, and the buffer of events 64 KiB.
/// \source inotify(7), /proc/sys/fs/inotify/max_user_watches, statfs(2)
class RESTAT_EXPORT native_file_system::watches {
public:
    watches() noexcept = default;

    explicit operator bool() const noexcept;
    watch_trust add(directory& at, std::error_code& error);
    watch_trust name(directory& at, file_identity of);
    void forget(file_identity of);
    bool has(file_identity of) const;
    std::error_code take(watch_sink into);
    int descriptor() const noexcept;

private:
    friend native_file_system;
    detail::owned<detail::native_watches> of_;
};

} // namespace restat
