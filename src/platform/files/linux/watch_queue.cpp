#include "platform/files/watch_queue.hpp"

#include "platform/files/file_calls.hpp"
#include "platform/files/thread.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>

#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace restat::detail {
namespace {

constexpr std::size_t buffer_size = 64 * 1024; // some thousand events

// A close after writing is the only event about stores through a mapping.
constexpr std::uint32_t watched_events = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                         IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_ONLYDIR |
                                         IN_EXCL_UNLINK;

// An overflow has no watch. So its test is the first.
watch_event kind_of(std::uint32_t mask) noexcept {
    constexpr std::uint32_t names = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
    if ((mask & IN_Q_OVERFLOW) != 0) return watch_event::lost;
    if ((mask & (IN_IGNORED | IN_UNMOUNT)) != 0) return watch_event::gone;
    return (mask & names) != 0 ? watch_event::names : watch_event::file;
}

// Keeps `errno` while this object lives.
struct kept_errno {
    int const before = errno;
    ~kept_errno() { errno = before; }
};

// Returns a page with a byte that a forked process reads as 0, or a null pointer.
void* make_mark(std::size_t size) noexcept {
    void* const page =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return nullptr;
    if (::madvise(page, size, MADV_WIPEONFORK) == 0) {
        *static_cast<char volatile*>(page) = 1;
        return page;
    }
    ::munmap(page, size);
    return nullptr;
}

constexpr std::size_t mark_size = 1; // rounded up to a page

std::error_code failure() noexcept { return {errno, std::system_category()}; }

} // namespace

watch_queue::watch_queue(std::error_code& error)
    : process_{this_process()}, buffer_{new char[buffer_size]} {
    kept_errno const kept;
    mark_ = make_mark(mark_size);
    descriptor_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    error = descriptor_ < 0 ? failure() : std::error_code{};
}

watch_queue::~watch_queue() {
    close();
    if (mark_) ::munmap(mark_, mark_size);
}

bool watch_queue::is_forked() const noexcept {
    return mark_ ? *static_cast<char volatile*>(mark_) == 0 : process_ != this_process();
}

void watch_queue::close() noexcept {
    if (descriptor_ >= 0) detail::close(descriptor_);
    descriptor_ = -1;
}

int watch_queue::add(int directory, std::error_code& error) noexcept {
    kept_errno const kept;
    constexpr char folder[] = "/proc/self/fd/";
    char path[sizeof folder + 12] = {};
    std::memcpy(path, folder, sizeof folder);
    std::to_chars(path + sizeof folder - 1, std::end(path) - 1, directory);
    int const watch = ::inotify_add_watch(descriptor_, path, watched_events);
    error = watch < 0 ? failure() : std::error_code{};
    return std::max(watch, 0);
}

void watch_queue::remove(int watch) noexcept {
    kept_errno const kept;
    ::inotify_rm_watch(descriptor_, watch);
}

void watch_queue::begin_pass() noexcept {
    kept_errno const kept;
    int count = 0;
    // A descriptor that is broken has its error at the read.
    if (::ioctl(descriptor_, FIONREAD, &count) != 0) count = 1;
    waiting_ = static_cast<std::size_t>(count);
}

bool watch_queue::next(queued_event& into, std::error_code& error) noexcept {
    kept_errno const kept;
    error.clear();
    if (at_ == end_) {
        if (waiting_ == 0) return false;
        ssize_t got = 0;
        do {
            got = ::read(descriptor_, buffer_.get(), buffer_size);
        } while (got < 0 && errno == EINTR);
        if (got < 0 && errno != EAGAIN) error = failure();
        if (got <= 0) return false;
        at_ = 0;
        end_ = static_cast<std::size_t>(got);
        waiting_ -= std::min(waiting_, end_);
    }
    inotify_event event{};
    std::memcpy(&event, buffer_.get() + at_, sizeof event);
    char const* const name = buffer_.get() + at_ + sizeof event;
    at_ += sizeof event + event.len;
    into = {event.wd, kind_of(event.mask), {}};
    if (event.len > 0) into.name = name; // padded with NULs
    return true;
}

std::size_t usual_watch_limit() {
    constexpr std::size_t at_least = 4096;
    std::error_code error;
    auto const text = read_file("/proc/sys/fs/inotify/max_user_watches", error);
    std::size_t limit = 0;
    std::from_chars(text.data(), text.data() + text.size(), limit);
    return std::max(limit / 2, at_least);
}

} // namespace restat::detail
