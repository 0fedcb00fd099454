#include "linux/poll_set.hpp"

#include <sys/epoll.h>

namespace restat::os {

int open_poll_set() noexcept { return ::epoll_create1(EPOLL_CLOEXEC); }

void add_to_poll_set(int set, int descriptor) noexcept {
    epoll_event event{};
    event.events = EPOLLIN;
    ::epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event);
}

} // namespace restat::os
