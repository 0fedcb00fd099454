#include "platform/process/channel.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace restat::detail {

channel::channel() noexcept { ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends_); }

channel::~channel() {
    if (ends_[0] < 0) return;
    ::close(ends_[0]);
    ::close(ends_[1]);
}

bool adopt_channel(int descriptor) noexcept {
    int type = 0;
    socklen_t size = sizeof type;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0) return false;
    ucred maker{};
    size = sizeof maker;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &maker, &size) != 0) return false;
    if (type != SOCK_SEQPACKET || maker.pid != ::getppid()) return false;
    return ::fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0;
}

bool send_packet(int end, void const* data, std::size_t size, when_full then) noexcept {
    int const flags = MSG_NOSIGNAL | (then == when_full::give_up ? MSG_DONTWAIT : 0);
    ssize_t sent = 0;
    do {
        sent = ::send(end, data, size, flags);
    } while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(size);
}

bool receive_packet(int end, void* data, std::size_t size) noexcept {
    for (;;) {
        ssize_t const got = ::recv(end, data, size, MSG_DONTWAIT | MSG_TRUNC);
        if (got == static_cast<ssize_t>(size)) return true;
        if (got == 0 || (got < 0 && errno != EINTR)) return false;
    }
}

} // namespace restat::detail
