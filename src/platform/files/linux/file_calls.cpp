#include "platform/files/file_calls.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <iterator>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace restat::detail {
namespace {

static_assert(sizeof(off_t) == 8 && sizeof(std::time_t) == 8,
              "compile with -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64, else large files and stamps "
              "after 2038 cannot be read");

// Repeats a call interrupted by signals. Puts a failure into `error` and preserves `errno`.
template <class Call>
auto retry(std::error_code& error, Call call) noexcept {
    int const before = errno;
    auto result = call();
    while (result == -1 && errno == EINTR) result = call();
    if (result == -1) {
        error.assign(errno, std::system_category());
    } else {
        error.clear();
    }
    errno = before;
    return result;
}

file_type type_of_mode(mode_t mode) noexcept {
    switch (mode & S_IFMT) {
    case S_IFREG: return file_type::regular;
    case S_IFDIR: return file_type::directory;
    case S_IFLNK: return file_type::symlink;
    case S_IFIFO: return file_type::fifo;
    case S_IFSOCK: return file_type::socket;
    case S_IFCHR: return file_type::character;
    case S_IFBLK: return file_type::block;
    default: return file_type::unknown;
    }
}

stamp to_stamp(timespec const& time) noexcept {
    return {time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec)};
}

stat_record to_record(struct stat const& from) noexcept {
    return {.device = from.st_dev,
            .inode = from.st_ino,
            .size = static_cast<std::uint64_t>(from.st_size),
            .mtime = to_stamp(from.st_mtim),
            .ctime = to_stamp(from.st_ctim),
            .mode = from.st_mode & 07777U,
            .owner = from.st_uid,
            .group = from.st_gid,
            .links = static_cast<std::uint32_t>(from.st_nlink),
            .type = type_of_mode(from.st_mode)};
}

stat_record to_record(struct statx const& from) noexcept {
    auto const stamp_of = [](statx_timestamp const& at) { return stamp{at.tv_sec, at.tv_nsec}; };
    return {.device = ::makedev(from.stx_dev_major, from.stx_dev_minor),
            .inode = from.stx_ino,
            .size = from.stx_size,
            .mtime = stamp_of(from.stx_mtime),
            .ctime = stamp_of(from.stx_ctime),
            .mode = from.stx_mode & 07777U,
            .owner = from.stx_uid,
            .group = from.stx_gid,
            .links = from.stx_nlink,
            .type = type_of_mode(from.stx_mode)};
}

void refuse(std::error_code& error, std::errc reason) noexcept {
    error = std::make_error_code(reason);
}

struct closing {
    int descriptor;
    ~closing() { detail::close(descriptor); }
};

bool is_self_or_parent(std::string_view name) noexcept { return name == "." || name == ".."; }

} // namespace

int const current_directory = AT_FDCWD;

int open_directory(int in, char const* name, last_link link, std::error_code& error) noexcept {
    int const flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY |
                      (link == last_link::keep ? O_NOFOLLOW : 0);
    return retry(error, [&] { return ::openat(in, name, flags); });
}

int open_working_directory(std::error_code& error) noexcept {
    return retry(error, [] { return ::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC); });
}

void close(int descriptor) noexcept {
    int const before = errno;
    ::close(descriptor); // no retry after EINTR: Linux has already closed it
    errno = before;
}

void rewind_directory(int descriptor) noexcept {
    int const before = errno;
    (void)::lseek(descriptor, 0, SEEK_SET); // a failure leaves the position at the start
    errno = before;
}

bool is_on_block_device(stat_record const& file) noexcept { return major(file.device) != 0; }

std::size_t read_directory(int descriptor, char* into, std::size_t size,
                           std::error_code& error) noexcept {
    auto const count =
        retry(error, [&] { return ::syscall(SYS_getdents64, descriptor, into, size); });
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

// An entry consists of: inode (8 bytes), position (8), entry length (2), type (1), name, NUL.
void decode_directory(char const* from, std::size_t size, name_list& into) {
    constexpr std::size_t length_at = 16;
    constexpr std::size_t type_at = 18;
    constexpr std::size_t name_at = 19;
    for (std::size_t at = 0; at < size;) {
        std::uint16_t length = 0;
        std::memcpy(&length, from + at + length_at, sizeof length);
        std::string_view const name{from + at + name_at};
        auto const kind = static_cast<unsigned char>(from[at + type_at]);
        auto const type = kind == DT_UNKNOWN ? file_type::none
                                             : type_of_mode(static_cast<mode_t>(DTTOIF(kind)));
        if (!is_self_or_parent(name)) into.add(name, type);
        at += length;
    }
}

stat_record stat(int in, char const* name, last_link link, std::error_code& error) noexcept {
    int const flags = AT_NO_AUTOMOUNT | (link == last_link::keep ? AT_SYMLINK_NOFOLLOW : 0);
    struct stat got {};
    retry(error, [&] { return ::fstatat(in, name, &got, flags); });
    return error ? stat_record{} : to_record(got);
}

stat_record stat(int descriptor, std::error_code& error) noexcept {
    struct stat got {};
    retry(error, [&] { return ::fstat(descriptor, &got); });
    return error ? stat_record{} : to_record(got);
}

stat_record stat_directory(int descriptor, bool& is_mount_point,
                           std::error_code& error) noexcept {
    struct statx got {};
    is_mount_point = false;
    constexpr int flags = AT_EMPTY_PATH | AT_NO_AUTOMOUNT;
    retry(error, [&] { return ::statx(descriptor, "", flags, STATX_BASIC_STATS, &got); });
    // Old kernels lack the call, and some sandboxes refuse unknown calls.
    if (error == std::errc::function_not_supported || error == std::errc::operation_not_permitted)
        return stat(descriptor, error);
    if (error) return {};
    is_mount_point = (got.stx_attributes & got.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0;
    return to_record(got);
}

stat_record birth_time(int in, char const* name, stamp& made, std::error_code& error) noexcept {
    struct statx got {};
    constexpr int flags = AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW;
    retry(error, [&] { return ::statx(in, name, flags, STATX_BASIC_STATS | STATX_BTIME, &got); });
    if (!error && (got.stx_mask & STATX_BTIME) == 0) refuse(error, std::errc::not_supported);
    if (error) return {};
    made = {got.stx_btime.tv_sec, got.stx_btime.tv_nsec};
    return to_record(got);
}

namespace {

// Other file systems - network file systems, FUSE, 9p, foreign file systems - are not trusted.
// Their listings may be cached, their stamps may come from another machine's clock or be invented,
// and changes made elsewhere have no events.
constexpr unsigned long trusted_kinds[] = {
    0xef53,     // ext2, ext3, ext4
    0x58465342, // xfs
    0x9123683e, // btrfs
    0xf2f52010, // f2fs
    0x01021994, // tmpfs
    0x858458f6, // ramfs
    0x794c7630, // overlayfs: undefined if the layers below change
};

// The kernel makes up their files at each look, mostly without events.
constexpr unsigned long made_up_kinds[] = {
    0x9fa0,     // proc
    0x62656572, // sysfs
    0x1cd1,     // devpts
    0x27e0eb,   // cgroup
    0x63677270, // cgroup2
};

// Returns the type of the file system, or 0.
unsigned long kind_of_file_system(int descriptor) noexcept {
    struct statfs of {};
    int const before = errno;
    int const failed = ::fstatfs(descriptor, &of);
    errno = before;
    return failed == 0 ? static_cast<unsigned long>(of.f_type) & 0xffffffffUL : 0;
}

bool is_any(unsigned long kind, auto const& kinds) noexcept {
    return std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
}

} // namespace

bool has_local_stamps(int descriptor) noexcept {
    return is_any(kind_of_file_system(descriptor), trusted_kinds);
}

watch_trust event_trust(int descriptor) noexcept {
    auto const kind = kind_of_file_system(descriptor);
    if (is_any(kind, trusted_kinds)) return watch_trust::all;
    return is_any(kind, made_up_kinds) ? watch_trust::none : watch_trust::some;
}

stamp stamp_clock() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return to_stamp(now);
}

std::chrono::nanoseconds core_time() noexcept {
    timespec had{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &had);
    return std::chrono::seconds{had.tv_sec} + std::chrono::nanoseconds{had.tv_nsec};
}

namespace {

// Reads to the end, or to more than `limit` bytes.
std::string read_all(int file, std::size_t limit, std::error_code& error) {
    std::string content;
    constexpr std::size_t step = 64 * 1024;
    for (std::size_t size = 0;;) {
        content.resize(size + step);
        auto const count =
            retry(error, [&] { return ::read(file, content.data() + size, step); });
        size += count > 0 ? static_cast<std::size_t>(count) : 0;
        content.resize(size);
        if (count <= 0 || size > limit) return content;
    }
}

} // namespace

std::string read_file(char const* path, std::error_code& error) {
    int const file = retry(error, [&] { return ::open(path, O_RDONLY | O_CLOEXEC); });
    if (error) return {};
    closing const at_the_end{file};
    return read_all(file, std::string::npos, error);
}

// Checks the file type before the open, since opening a pipe or a device already has effects.
// Checks again after the open, since another file may have replaced the first.
namespace {

// Opens a regular file; -1 on error. Except in a race, opens no file of another type.
int open_regular(int in, char const* name, last_link link, stat_record& opened,
                 std::error_code& error) {
    opened = stat(in, name, link, error);
    if (!error && opened.type != file_type::regular) refuse(error, std::errc::invalid_argument);
    if (error) return -1;
    int const flags =
        O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (link == last_link::keep ? O_NOFOLLOW : 0);
    int const file = retry(error, [&] { return ::openat(in, name, flags); });
    if (error) return -1;
    opened = stat(file, error);
    if (!error && opened.type != file_type::regular) refuse(error, std::errc::invalid_argument);
    return file;
}

} // namespace

std::string read_regular(int in, char const* name, last_link link, std::size_t limit,
                         std::error_code& error) {
    stat_record opened;
    int const file = open_regular(in, name, link, opened, error);
    if (file < 0) return {};
    closing const at_the_end{file};
    std::string content;
    if (!error && opened.size > limit) refuse(error, std::errc::file_too_large);
    if (error) return {};
    content = read_all(file, limit, error);
    if (!error && content.size() > limit) refuse(error, std::errc::file_too_large);
    return error ? std::string{} : content;
}

std::string read_regular_part(int in, char const* name, std::uint64_t offset, std::size_t size,
                              std::error_code& error) {
    stat_record opened;
    int const file = open_regular(in, name, last_link::follow, opened, error);
    if (file < 0) return {};
    closing const at_the_end{file};
    std::string bytes(error ? 0 : size, '\0');
    std::size_t count = 0;
    while (!error && count < bytes.size()) {
        auto const at = static_cast<off_t>(offset + count);
        auto const got =
            retry(error, [&] { return ::pread(file, bytes.data() + count, size - count, at); });
        if (error || got == 0) break;
        count += static_cast<std::size_t>(got);
    }
    bytes.resize(error ? 0 : count);
    return bytes;
}

std::string location(int descriptor, std::error_code& error) {
    std::string const self = "/proc/thread-self/fd/" + std::to_string(descriptor);
    std::string path(4096, '\0');
    auto const size =
        retry(error, [&] { return ::readlink(self.c_str(), path.data(), path.size()); });
    path.resize(error ? 0 : static_cast<std::size_t>(size));
    if (!error && !path.starts_with('/')) refuse(error, std::errc::no_such_file_or_directory);
    return error ? std::string{} : path;
}

} // namespace restat::detail
