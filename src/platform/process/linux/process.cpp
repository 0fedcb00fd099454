#include "platform/process/process.hpp"
#include "platform/files/descriptor.hpp"

#include <cerrno>

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace restat::detail {
namespace {

exit_status status_of(siginfo_t const& info) noexcept {
    if (info.si_code == CLD_EXITED) return {info.si_status, 0, false};
    return {0, info.si_status, info.si_code == CLD_DUMPED};
}

int wait_for(idtype_t kind, int number, siginfo_t& info, int flags) noexcept {
    info = {};
    int result = 0;
    do {
        result = ::waitid(kind, static_cast<id_t>(number), &info, flags);
    } while (result != 0 && errno == EINTR);
    return result;
}

} // namespace

std::optional<process_end> check_end(int pid) noexcept {
    siginfo_t info;
    if (wait_for(P_PID, pid, info, WEXITED | WNOHANG | WNOWAIT) != 0) {
        if (errno != ECHILD) return {};
        return process_end{{}, {errno, std::generic_category()}};
    }
    if (info.si_pid == 0) return {};
    return process_end{status_of(info), {}};
}

int take_stop(int pid) noexcept {
    siginfo_t info;
    bool const stopped =
        wait_for(P_PID, pid, info, WSTOPPED | WNOHANG) == 0 && info.si_pid == pid;
    return stopped ? info.si_status : 0;
}

void reap_group(int group) noexcept {
    siginfo_t info;
    while (wait_for(P_PGID, group, info, WEXITED | WNOHANG) == 0 && info.si_pid != 0) {
    }
}

void reap(int pid) noexcept {
    siginfo_t info;
    wait_for(P_PID, pid, info, WEXITED);
}

held_descriptor end_descriptor(int pid) noexcept {
    return held_descriptor{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
}

void wait_readable_for(int descriptor, int milliseconds) noexcept {
    pollfd on{descriptor, POLLIN, 0};
    ::poll(&on, 1, milliseconds);
}

bool group_exists(int group) noexcept { return ::kill(-group, 0) == 0 || errno != ESRCH; }

void signal_group(int group, int signal) noexcept { ::kill(-group, signal); }

void signal_process(int pid, int signal) noexcept { ::kill(pid, signal); }

} // namespace restat::detail
