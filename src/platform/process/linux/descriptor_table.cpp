#include "platform/process/descriptor_table.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// Makes system calls directly, for the same reason as placed_descriptors.cpp.
namespace restat::detail {
namespace {

#ifndef SYS_close_range
constexpr long SYS_close_range = 436; // on every architecture
#endif

constexpr unsigned only_mark = 1U << 2; // CLOSE_RANGE_CLOEXEC

enum class act : bool { mark, close };

void apply(act what, int number) noexcept {
    if (what == act::close) {
        ::syscall(SYS_close, number);
    } else {
        ::syscall(SYS_fcntl, number, F_SETFD, static_cast<long>(FD_CLOEXEC));
    }
}

// Returns -1 for a name other than a number.
int number_of(char const* name) noexcept {
    if (*name == '\0') return -1;
    int number = 0;
    for (; *name != '\0'; ++name) {
        if (*name < '0' || *name > '9') return -1;
        number = number * 10 + (*name - '0');
    }
    return number;
}

// A record consists of: inode (8 bytes), position (8), record length (2), type (1), name, NUL.
void apply_to_listed(act what, char const* records, long size, int first, int listing) noexcept {
    constexpr long length_at = 16;
    constexpr long name_at = 19;
    for (long at = 0; at < size;) {
        std::uint16_t length = 0;
        std::memcpy(&length, records + at + length_at, sizeof length);
        int const number = number_of(records + at + name_at);
        if (number >= first && number != listing) apply(what, number);
        at += length;
    }
}

// The table of a thread may differ from its process's table, so /proc/self would be wrong.
bool apply_by_listing(act what, int first) noexcept {
    constexpr long flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    auto const listing =
        static_cast<int>(::syscall(SYS_openat, AT_FDCWD, "/proc/thread-self/fd", flags, 0L));
    if (listing < 0) return false;
    alignas(8) char records[4096];
    long size = 0;
    while ((size = ::syscall(SYS_getdents64, listing, records, sizeof records)) > 0) {
        apply_to_listed(what, records, size, first, listing);
    }
    ::syscall(SYS_close, listing);
    return size == 0;
}

// The limit may have been lowered below an open descriptor.
int past_the_last() noexcept {
    constexpr rlim_t least = 65536;
    constexpr rlim_t most = 1U << 20;
    rlimit limit = {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return static_cast<int>(least);
    return static_cast<int>(std::clamp(limit.rlim_max, least, most));
}

void apply_from(act what, int first) noexcept {
    unsigned const flags = what == act::mark ? only_mark : 0U;
    if (::syscall(SYS_close_range, static_cast<unsigned>(first), ~0U, flags) == 0) return;
    if (apply_by_listing(what, first)) return;
    for (int number = first, end = past_the_last(); number < end; ++number) apply(what, number);
}

} // namespace

void close_on_exec_from(int first) noexcept { apply_from(act::mark, first); }
void close_from(int first) noexcept { apply_from(act::close, first); }

} // namespace restat::detail
