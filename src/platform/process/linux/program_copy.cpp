#include "platform/process/program_copy.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/files/signal_hold.hpp"
#include "platform/files/system_error.hpp"

#include <restat/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace restat::detail {
namespace {

constexpr std::size_t block = 65536;

bool is_same(timespec const& a, timespec const& b) noexcept {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool is_same(struct stat const& a, struct stat const& b) noexcept {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
           is_same(a.st_mtim, b.st_mtim) && is_same(a.st_ctim, b.st_ctim);
}

std::string name_of_open(int file) { return "/proc/self/fd/" + std::to_string(file); }

// Returns the directory of the file itself, independent of links to the file.
std::string directory_of(int file) {
    char path[4096];
    ssize_t const size = ::readlink(name_of_open(file).c_str(), path, sizeof path);
    std::string_view const whole{path, static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    auto const slash = whole.rfind('/');
    return std::string{slash == whole.npos ? "."
                                           : whole.substr(0, std::max<std::size_t>(slash, 1))};
}

held_descriptor file_in_memory() noexcept {
    constexpr unsigned executable = 0x10; // MFD_EXEC
    int file = ::memfd_create("program", MFD_CLOEXEC | executable);
    if (file < 0 && errno == EINVAL) file = ::memfd_create("program", MFD_CLOEXEC);
    return held_descriptor{file};
}

held_descriptor unnamed_file(std::string const& directory) noexcept {
    return held_descriptor{::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0700)};
}

bool is_full(int error) noexcept { return error == ENOSPC || error == EDQUOT; }

ssize_t read_block(int file, char* into, off_t at) noexcept {
    ssize_t got = 0;
    do {
        got = ::pread(file, into, block, at);
    } while (got < 0 && errno == EINTR);
    return got;
}

bool write_all(int file, char const* from, std::size_t size) noexcept {
    while (size > 0) {
        ssize_t const wrote = ::write(file, from, size);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return false;
        from += wrote;
        size -= static_cast<std::size_t>(wrote);
    }
    return true;
}

// Shares blocks between both files if possible. Some file systems report an end of file instead
// of an error, so a read copies the remainder.
bool copy_all(int from, int to) {
    constexpr std::size_t all = std::numeric_limits<int>::max();
    off_t at = 0;
    ssize_t got = 0;
    do {
        got = ::copy_file_range(from, &at, to, nullptr, all, 0);
    } while (got > 0 || (got < 0 && errno == EINTR));
    std::string bytes(block, '\0');
    while ((got = read_block(from, bytes.data(), at)) > 0) {
        if (!write_all(to, bytes.data(), static_cast<std::size_t>(got))) return false;
        at += got;
    }
    return got == 0;
}

// Reopens the file read-only: exec refuses a file open for writing.
held_descriptor open_for_reading(int file) {
    return held_descriptor{::open(name_of_open(file).c_str(), O_RDONLY | O_CLOEXEC)};
}

} // namespace

bool have_same_content(program_copy const& a, program_copy const& b) {
    if (a.source.st_size != b.source.st_size) return false;
    std::string one(block, '\0');
    std::string other(block, '\0');
    for (off_t at = 0;;) {
        ssize_t const got = read_block(a.file.get(), one.data(), at);
        if (got < 0 || read_block(b.file.get(), other.data(), at) != got) return false;
        if (got == 0) return true;
        if (std::memcmp(one.data(), other.data(), static_cast<std::size_t>(got)) != 0)
            return false;
        at += got;
    }
}

program_source::program_source(std::string path)
    : path_{std::move(path)}, file_{::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)} {
    if (!file_ || ::fstat(file_.get(), &status_) != 0) error_ = last_error();
}

void program_source::confirm() noexcept {
    struct stat now;
    if (error_) return;
    bool const is_it = ::stat(path_.c_str(), &now) == 0 && is_same(now, status_);
    if (!is_it) error_ = errc::program_changed;
}

bool program_source::is_source_of(program_copy const& copy) const noexcept {
    return !error_ && copy && is_same(copy.source, status_);
}

bool program_source::copy_into(int file) const {
    return copy_all(file_.get(), file) && ::fchmod(file, status_.st_mode & 0777) == 0;
}

program_copy program_source::copy(std::error_code& error) const {
    error = error_;
    if (error) return {};
    file_size_signal_held const quiet;
    held_descriptor to = unnamed_file(directory_of(file_.get()));
    bool copied = to && copy_into(to.get());
    if (!copied && (!to || is_full(errno))) {
        to = file_in_memory();
        copied = to && copy_into(to.get());
    }
    program_copy made;
    if (copied) made = {open_for_reading(to.get()), status_};
    if (!made) {
        error = last_error();
        return {};
    }
    struct stat now;
    if (::fstat(file_.get(), &now) == 0 && is_same(now, status_)) return made;
    error = errc::program_changed;
    return {};
}

} // namespace restat::detail
