#include "platform/files/descriptor.hpp"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace restat::detail {

void held_descriptor::reset() noexcept {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
}

held_descriptor duplicate(int number, int lowest) noexcept {
    return held_descriptor{::fcntl(number, F_DUPFD_CLOEXEC, lowest)};
}

held_descriptor duplicate(held_descriptor const& file, int lowest) noexcept {
    return duplicate(file.get(), lowest);
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

// The kernel grants a read lease only for a file without writers. A writer opening the file in
// between triggers a signal. The signal is set to URG, ignored by default, instead of IO.
bool has_writer(int number) noexcept {
    ::fcntl(number, F_SETSIG, SIGURG);
    if (::fcntl(number, F_SETLEASE, F_RDLCK) != 0) return errno == EAGAIN;
    ::fcntl(number, F_SETLEASE, F_UNLCK);
    return false;
}

bool is_open(int number) noexcept { return ::fcntl(number, F_GETFD) >= 0; }

} // namespace restat::detail
