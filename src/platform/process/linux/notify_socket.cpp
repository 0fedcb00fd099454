#include "platform/process/notify_socket.hpp"

#include "platform/files/system_error.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace restat::detail {
namespace {

constexpr int most_at_once = 16;
constexpr int most_passed = 253; // SCM_MAX_FD

held_descriptor at_or_above(int lowest, held_descriptor file) noexcept {
    return !file || file.get() >= lowest ? std::move(file) : duplicate(file, lowest);
}

// Binds a socket to a name chosen by the kernel, outside any directory.
held_descriptor bound_socket(std::string& address) {
    held_descriptor made{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    sockaddr_un name = {};
    name.sun_family = AF_UNIX;
    auto* const any = reinterpret_cast<sockaddr*>(&name);
    int const on = 1;
    socklen_t size = sizeof name;
    bool const bound = made && ::bind(made.get(), any, sizeof(sa_family_t)) == 0 &&
                       ::setsockopt(made.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0 &&
                       ::getsockname(made.get(), any, &size) == 0;
    if (!bound) return {};
    constexpr std::size_t head = offsetof(sockaddr_un, sun_path) + 1;
    address = '@' + std::string{name.sun_path + 1, size - head};
    return made;
}

bool says_ready(std::string_view text) noexcept {
    constexpr std::string_view word = "READY=1";
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        if (text.substr(0, end) == word) return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

// Returns the sender; its pid is 0 if unknown. Closes passed descriptors, since the sender may
// wait for the close.
ucred take_sender(msghdr& message) noexcept {
    ucred sender{};
    for (auto* each = CMSG_FIRSTHDR(&message); each; each = CMSG_NXTHDR(&message, each)) {
        if (each->cmsg_level != SOL_SOCKET) continue;
        if (each->cmsg_type == SCM_CREDENTIALS) {
            std::memcpy(&sender, CMSG_DATA(each), sizeof sender);
        }
        std::size_t const count = (each->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; each->cmsg_type == SCM_RIGHTS && i < count; ++i) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(each) + i * sizeof number, sizeof number);
            ::close(number);
        }
    }
    return sender;
}

// Returns true if the sender belongs to the group. The group of an ended sender, such as a
// short-lived notification tool, is unknown. But only processes of this run know the address, and
// they run as this user.
bool may_report_for(int group, ucred const& sender) noexcept {
    if (sender.pid <= 0) return false;
    int const its = ::getpgid(sender.pid);
    return its == group || (its < 0 && errno == ESRCH && sender.uid == ::geteuid());
}

} // namespace

std::error_code notify_socket::open(int lowest) {
    *this = {};
    int ends[2];
    socket_ = bound_socket(address_);
    if (!socket_ || ::pipe2(ends, O_CLOEXEC) != 0) {
        auto const error = last_error();
        stop_listening();
        return error;
    }
    pipe_ = held_descriptor{ends[0]};
    child_end_ = at_or_above(lowest, held_descriptor{ends[1]});
    listens_ = true;
    bool const made = child_end_ && ::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK) == 0;
    return made ? std::error_code{} : last_error();
}

bool notify_socket::take_report(int group) noexcept {
    bool said = listens_ && take_byte();
    for (int left = most_at_once; socket_ && left > 0; --left) {
        errno = 0;
        if (take_datagram(group)) said = true;
        if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    }
    return said;
}

bool notify_socket::take_byte() noexcept {
    char bytes[64];
    ssize_t const got = ::read(pipe_.get(), bytes, sizeof bytes);
    if (got == 0) listens_ = false; // every other end is closed, permanently
    return got > 0;
}

bool notify_socket::take_datagram(int group) noexcept {
    char text[4096];
    alignas(
        cmsghdr) char control[CMSG_SPACE(sizeof(ucred)) + CMSG_SPACE(sizeof(int) * most_passed)];
    iovec space{text, sizeof text};
    msghdr message = {};
    message.msg_iov = &space;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ssize_t const got = ::recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got < 0) return false;
    auto const sender = take_sender(message);
    bool const is_whole = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
    bool const is_from_group = may_report_for(group, sender);
    errno = 0;
    return is_whole && is_from_group && says_ready({text, static_cast<std::size_t>(got)});
}

void notify_socket::stop_listening() noexcept {
    socket_.reset();
    listens_ = false;
}

bool send_ready(char const* path) noexcept {
    held_descriptor const file{::open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)};
    return file && ::write(file.get(), "\n", 1) == 1;
}

} // namespace restat::detail
