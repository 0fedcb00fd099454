#include "platform/process/descendants.hpp"

#include "platform/files/descriptor.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <string>

#include <dirent.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace restat::detail {
namespace {

void add_numbers(std::string const& text, std::vector<int>& to) {
    char const* at = text.c_str();
    for (char* end = nullptr;; at = end) {
        long const number = std::strtol(at, &end, 10);
        if (end == at) return;
        to.push_back(static_cast<int>(number));
    }
}

// Adds the children of a thread; a thread without a file has ended.
bool add_children_of_thread(std::string const& thread, std::vector<int>& to) {
    std::string text;
    if (!read_whole((thread + "/children").c_str(), text)) {
        return errno == ENOENT || errno == ESRCH;
    }
    add_numbers(text, to);
    return true;
}

// Adds the children of a process. Returns false if the list may be incomplete.
bool add_children(int pid, std::vector<int>& to) {
    auto const threads = "/proc/" + std::to_string(pid) + "/task/";
    DIR* const all = ::opendir(threads.c_str());
    if (!all) return errno == ENOENT || errno == ESRCH;
    bool are_all = true;
    while (dirent const* const entry = ::readdir(all)) {
        if (std::atoi(entry->d_name) == 0) continue;
        are_all = add_children_of_thread(threads + entry->d_name, to) && are_all;
    }
    ::closedir(all);
    return are_all;
}

bool is_in(std::initializer_list<int> all, int pid) noexcept {
    return std::find(all.begin(), all.end(), pid) != all.end();
}

std::vector<int> walk_descendants(std::initializer_list<int> but) {
    std::vector<int> all;
    add_children(::getpid(), all);
    std::erase_if(all, [&](int pid) { return is_in(but, pid); });
    for (std::size_t i = 0; i < all.size(); ++i) add_children(all[i], all);
    return all;
}

// Returns true if the child lives. Reaps a zombie.
bool lives(int child) noexcept {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | __WALL) == 0 &&
           info.si_pid == 0;
}

} // namespace

bool adopt_orphans() {
    auto const own = "/proc/self/task/" + std::to_string(::getpid()) + "/children";
    std::vector<int> children;
    bool const is_alone = ::getpid() != 1 && ::access(own.c_str(), R_OK) == 0 &&
                          add_children(::getpid(), children) && children.empty();
    return is_alone && ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

child_life check_children(std::initializer_list<int> but) noexcept try {
    constexpr int most = 1000; // limit of rounds; each reaped zombie may leave new children
    for (int left = most; left > 0; --left) {
        std::vector<int> children;
        if (!add_children(::getpid(), children)) return child_life::unknown;
        bool took_one = false;
        for (int const pid : children) {
            if (is_in(but, pid)) continue;
            if (lives(pid)) return child_life::some;
            took_one = true;
        }
        if (!took_one) return child_life::none;
    }
    return child_life::unknown;
} catch (std::exception const&) {
    return child_life::unknown;
}

// Repeats walks until a walk finds no new process, or a hundred times, since some programs fork
// all the time. A single walk may miss a process whose parent ends during the walk. Such a
// process has left its parent's list, and this process's own list was read earlier. The next walk
// finds it, unless an ancestor ended in the same way.
std::vector<int> descendants_of_this_process(std::initializer_list<int> but) {
    constexpr int most = 100;
    std::vector<int> all;
    bool found_more = true;
    for (int left = most; found_more && left > 0; --left) {
        auto const walked = walk_descendants(but);
        found_more = false;
        for (int const pid : walked) {
            if (std::find(all.begin(), all.end(), pid) != all.end()) continue;
            all.push_back(pid);
            found_more = true;
        }
    }
    return all;
}

} // namespace restat::detail
