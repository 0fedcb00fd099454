#include "platform/process/known_children.hpp"

#include "platform/process/process.hpp"

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

// Returns true for a child of this process, dead or alive: the kernel has not reused its number.
bool is_child(int pid, int flags = 0) noexcept {
    siginfo_t info = {};
    return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           (flags == 0 || info.si_pid == 0);
}

constexpr int living = 1;

// Waits at most for `limit`, and reduces `limit` by the time spent. The descriptor is readable
// after the end of the child.
void wait_for_end(int pid, int descriptor, std::chrono::milliseconds& limit) noexcept {
    constexpr std::chrono::milliseconds step{10};
    for (pollfd on{descriptor, POLLIN, 0}; limit.count() > 0; limit -= step) {
        if (descriptor < 0 && !is_child(pid, living)) return;
        if (::poll(&on, 1, static_cast<int>(step.count())) > 0) return;
    }
}

} // namespace

void known_children::add(int pid) {
    if (is_child(pid)) children_.push_back({pid, end_descriptor(pid)});
}

// Uses the number only while the kernel cannot have reused it.
void known_children::send(child const& to, int signal) noexcept {
    long const sent = ::syscall(SYS_pidfd_send_signal, to.process.get(), signal, nullptr, 0U);
    if (sent != 0 && errno != ESRCH && is_child(to.pid)) ::kill(to.pid, signal);
}

void known_children::end(std::chrono::nanoseconds grace) noexcept {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(grace);
    for (auto const& each : children_) {
        send(each, SIGTERM);
        send(each, SIGCONT);
    }
    for (auto const& each : children_) wait_for_end(each.pid, each.process.get(), left);
    left = kill_limit;
    for (auto const& each : children_) send(each, SIGKILL);
    for (auto const& each : children_) {
        wait_for_end(each.pid, each.process.get(), left);
        siginfo_t info;
        ::waitid(P_PID, static_cast<id_t>(each.pid), &info, WEXITED | WNOHANG);
    }
    children_.clear();
}

} // namespace restat::detail
