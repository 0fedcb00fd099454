#include "linux/process.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
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

// The state letter in /proc/PID/stat, which stands after the name in brackets; 0 if it cannot be
// read. Without an allocation: what asks for it must not fail.
char state_letter(int pid) noexcept {
    char text[1024];
    std::snprintf(text, sizeof text, "/proc/%d/stat", pid);
    held_descriptor const file{::open(text, O_RDONLY | O_CLOEXEC)};
    ssize_t const size = file ? ::read(file.get(), text, sizeof text) : 0;
    std::string_view const line{text, static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    auto const name_end = line.rfind(')');
    bool const is_whole = name_end != std::string_view::npos && name_end + 2 < line.size();
    return is_whole ? line[name_end + 2] : '\0';
}

// One whose state cannot be read (no descriptor is left) counts as living if it is still there.
bool is_living_member(int pid, int group) noexcept {
    if (::getpgid(pid) != group) return false;
    char const state = state_letter(pid);
    return state == '\0' ? ::getpgid(pid) == group : state != 'Z' && state != 'X';
}

// /proc may be missing, or be that of another PID namespace.
bool can_look() noexcept {
    char buffer[16] = {};
    return ::readlink("/proc/self", buffer, sizeof buffer - 1) > 0 &&
           std::atoi(buffer) == ::getpid();
}

} // namespace

std::optional<process_end> look_at_end(int pid) noexcept {
    siginfo_t info;
    if (wait_for(P_PID, pid, info, WEXITED | WNOHANG | WNOWAIT) != 0) {
        return process_end{{}, {errno, std::generic_category()}};
    }
    if (info.si_pid == 0) return {};
    return process_end{status_of(info), {}};
}

bool was_suspended(int pid) noexcept {
    siginfo_t info;
    return wait_for(P_PID, pid, info, WSTOPPED | WNOHANG) == 0 && info.si_pid == pid &&
           info.si_status == SIGTSTP;
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

void wait_readable(int descriptor, int milliseconds) noexcept {
    pollfd on{descriptor, POLLIN, 0};
    ::poll(&on, 1, milliseconds);
}

group_life look_for_members(int group) noexcept {
    if (!can_look()) return group_life::unknown;
    DIR* const all = ::opendir("/proc");
    if (!all) return group_life::some; // for all that can be said now; it will be asked again
    auto life = group_life::none;
    while (life == group_life::none) {
        errno = 0;
        dirent const* const entry = ::readdir(all);
        if (!entry && errno == 0) break;
        int const pid = entry ? std::atoi(entry->d_name) : 0; // 0 for what is no process
        if (!entry || (pid > 0 && is_living_member(pid, group))) life = group_life::some;
    }
    ::closedir(all);
    return life;
}

bool group_exists(int group) noexcept { return ::kill(-group, 0) == 0 || errno != ESRCH; }

void signal_group(int group, int signal) noexcept { ::kill(-group, signal); }

int this_process() noexcept { return ::getpid(); }

} // namespace restat::detail
