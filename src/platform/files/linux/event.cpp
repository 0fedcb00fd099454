#include "platform/files/event.hpp"

#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace restat::detail {
namespace {

// Opens a datagram socket connected to itself: no other socket may send to it.
int open_socket_as_event() noexcept {
    int const made = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    bool const connected = made >= 0 && ::bind(made, any, sizeof(sa_family_t)) == 0 &&
                           ::getsockname(made, any, &size) == 0 &&
                           ::connect(made, any, size) == 0;
    if (!connected && made >= 0) ::close(made);
    return connected ? made : -1;
}

} // namespace

int open_event() noexcept {
    int const event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (event >= 0 || (errno != EPERM && errno != ENOSYS)) return event;
    int const reason = errno;
    int const socket = open_socket_as_event();
    errno = reason;
    return socket;
}

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
    bool was_raised = false;
    for (;;) { // a socket holds a datagram per call
        ssize_t const got = ::read(event, &count, sizeof count);
        if (got < 0 && errno == EINTR) continue;
        if (got != sizeof count) return was_raised;
        was_raised = true;
    }
}

} // namespace restat::detail
