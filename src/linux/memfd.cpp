#include "linux/memfd.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace restat::detail {
namespace {

constexpr int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

// By pwrite, so that the offset, which an heir shares, stays at the start.
bool write_whole(int number, std::string_view bytes) noexcept {
    off_t at = 0;
    while (!bytes.empty()) {
        ssize_t const wrote = ::pwrite(number, bytes.data(), bytes.size(), at);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(wrote));
        at += wrote;
    }
    return true;
}

} // namespace

void held_descriptor::reset() noexcept {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
}

held_descriptor duplicate(held_descriptor const& file, int lowest) noexcept {
    return held_descriptor{::fcntl(file.get(), F_DUPFD_CLOEXEC, lowest)};
}

held_descriptor make_sealed_file(char const* name, std::string_view bytes, int lowest) noexcept {
    held_descriptor file{::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING)};
    if (file && file.get() < lowest) {
        file = duplicate(file, lowest);
    }
    if (!file || !write_whole(file.get(), bytes)) return {};
    if (::fcntl(file.get(), F_ADD_SEALS, all_seals) != 0) return {};
    return file;
}

bool is_sealed_file(int number) noexcept {
    int const seals = ::fcntl(number, F_GET_SEALS);
    return seals >= 0 && (seals & all_seals) == all_seals;
}

bool read_whole(int number, std::string& bytes) {
    constexpr std::size_t block = 16384;
    std::size_t size = 0;
    for (;;) {
        bytes.resize(size + block);
        ssize_t const got = ::read(number, bytes.data() + size, block);
        if (got < 0 && errno == EINTR) continue;
        if (got > 0) size += static_cast<std::size_t>(got);
        if (got > 0) continue;
        bytes.resize(size);
        return got == 0;
    }
}

bool read_whole(char const* path, std::string& bytes) {
    held_descriptor const file{::open(path, O_RDONLY | O_CLOEXEC)};
    return file && read_whole(file.get(), bytes);
}

void set_on_exec(int number, on_exec what) noexcept {
    ::fcntl(number, F_SETFD, what == on_exec::close ? FD_CLOEXEC : 0);
}

bool passes_exec(int number) noexcept { return ::fcntl(number, F_GETFD) == 0; }
bool is_open(int number) noexcept { return ::fcntl(number, F_GETFD) >= 0; }

} // namespace restat::detail
