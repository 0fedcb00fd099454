#include "orphans.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <unistd.h>
#include <wait.h>

namespace restat::cli {

bool adopts_orphans() noexcept { return ::getpid() == 1; }

void reap_orphans(std::vector<int> const& but) {
    std::error_code error;
    for (auto const& thread : std::filesystem::directory_iterator{"/proc/self/task", error}) {
        std::ifstream children{thread.path() / "children"};
        for (int pid = 0; children >> pid;) {
            siginfo_t info;
            if (std::find(but.begin(), but.end(), pid) != but.end()) continue;
            ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG);
        }
    }
}

} // namespace restat::cli
