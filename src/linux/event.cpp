#include "linux/event.hpp"

#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>

namespace restat::os {

int open_event() noexcept { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void close_event(int event) noexcept {
    if (event >= 0) ::close(event);
}

void raise_event(int event) noexcept {
    int const kept = errno;
    std::uint64_t const one = 1;
    while (::write(event, &one, sizeof one) < 0 && errno == EINTR) {
    }
    errno = kept;
}

bool lower_event(int event) noexcept {
    std::uint64_t count = 0;
    ssize_t got = 0;
    do {
        got = ::read(event, &count, sizeof count);
    } while (got < 0 && errno == EINTR);
    return got == sizeof count;
}

} // namespace restat::os
