#include "linux/known_children.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace restat::detail {
namespace {

constexpr std::chrono::milliseconds kill_limit{5000};

void send(int descriptor, int signal) noexcept {
    ::syscall(SYS_pidfd_send_signal, descriptor, signal, nullptr, 0U);
}

// For at most so long, which is then less. Readable is who ended.
void wait_for_end(int descriptor, std::chrono::milliseconds& limit) noexcept {
    constexpr std::chrono::milliseconds step{10};
    for (pollfd on{descriptor, POLLIN, 0}; limit.count() > 0; limit -= step) {
        if (::poll(&on, 1, static_cast<int>(step.count())) > 0) return;
    }
}

} // namespace

void known_children::add(int pid) {
    siginfo_t info = {};
    if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0) return;
    held_descriptor descriptor{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
    if (descriptor) children_.push_back(std::move(descriptor));
}

void known_children::end(std::chrono::nanoseconds grace) noexcept {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(grace);
    for (auto const& each : children_) {
        send(each.get(), SIGTERM);
        send(each.get(), SIGCONT);
    }
    for (auto const& each : children_) wait_for_end(each.get(), left);
    left = kill_limit;
    for (auto const& each : children_) send(each.get(), SIGKILL);
    for (auto const& each : children_) {
        wait_for_end(each.get(), left);
        siginfo_t info;
        ::waitid(P_PIDFD, static_cast<id_t>(each.get()), &info, WEXITED | WNOHANG);
    }
    children_.clear();
}

} // namespace restat::detail
