#include "orphans.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include <unistd.h>
#include <wait.h>

namespace restat::cli {

namespace {

bool has_zombie() noexcept {
    siginfo_t info{};
    return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

} // namespace

void reap_orphans(std::vector<int> const& except) {
    if (!has_zombie()) return;
    std::error_code error;
    for (auto const& thread : std::filesystem::directory_iterator{"/proc/self/task", error}) {
        std::ifstream children{thread.path() / "children"};
        for (int pid = 0; children >> pid;) {
            siginfo_t info;
            if (std::find(except.begin(), except.end(), pid) != except.end()) continue;
            ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG);
        }
    }
}

bool can_see_processes() {
    std::error_code error;
    auto const self = std::filesystem::read_symlink("/proc/self", error);
    return !error && self == std::to_string(::getpid());
}

} // namespace restat::cli
