#include "platform/files/poll_set.hpp"

#include "platform/files/descriptor.hpp"

#include <cerrno>

#include <sys/epoll.h>
#include <unistd.h>

namespace restat::detail {

poll_set::poll_set() noexcept : set_{::epoll_create1(EPOLL_CLOEXEC)} {
    if (set_ >= 0 || (errno != EPERM && errno != ENOSYS)) return;
    set_ = ::epoll_create(1);
    if (set_ >= 0) detail::set_on_exec(set_, detail::on_exec::close);
}

poll_set::~poll_set() {
    if (set_ >= 0) ::close(set_);
}

bool poll_set::add(int descriptor) noexcept {
    epoll_event event{};
    event.events = EPOLLIN;
    return ::epoll_ctl(set_, EPOLL_CTL_ADD, descriptor, &event) == 0 || errno == EEXIST;
}

void poll_set::remove(int descriptor) noexcept {
    ::epoll_ctl(set_, EPOLL_CTL_DEL, descriptor, nullptr);
}

} // namespace restat::detail
