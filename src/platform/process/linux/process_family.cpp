#include "platform/process/process_family.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/process/descendants.hpp"
#include "platform/process/process.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace restat::detail {
namespace {

/// The parts of /proc/PID/stat needed here; the state is 0 if the file is unreadable. Reading
/// makes no allocation, since its callers must not fail.
/// \source proc(5): fields 2, 3, 27 and 28
struct stat_line {
    char state = '\0';
    char name[16] = {};
    unsigned long long end_of_code = 0; // 0 until an exec is done
    unsigned long long begin_of_stack = 0;
};

stat_line read_stat(int pid) noexcept {
    char text[1024];
    std::snprintf(text, sizeof text, "/proc/%d/stat", pid);
    held_descriptor const file{::open(text, O_RDONLY | O_CLOEXEC)};
    ssize_t const size = file ? ::read(file.get(), text, sizeof text - 1) : 0;
    std::string_view const line{text, static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    text[line.size()] = '\0';
    auto const begin = line.find('(');
    auto const end = line.rfind(')'); // the name may contain parentheses
    stat_line read;
    if (end == line.npos || end + 2 >= line.size()) return read;
    read.state = line[end + 2];
    line.substr(begin + 1, std::min(end - begin - 1, sizeof read.name - 1))
        .copy(read.name, sizeof read.name - 1);
    char const* rest = text + end + 1; // before field 3
    for (int field = 3; field < 27 && rest; ++field) rest = std::strchr(rest + 1, ' ');
    if (!rest) return read;
    char* next = nullptr;
    read.end_of_code = std::strtoull(rest, &next, 10);
    read.begin_of_stack = std::strtoull(next, nullptr, 10);
    return read;
}

bool is_dead(char state) noexcept { return state == 'Z' || state == 'X'; }

bool is_in_group(int pid, int group) noexcept { return ::getpgid(pid) == group; }

// A process with an unreadable state (no descriptor is left) counts as alive while its group has
// its number.
bool lives_in_group(int pid, int group) noexcept {
    if (!is_in_group(pid, group)) return false;
    char const state = read_stat(pid).state;
    return state == '\0' ? is_in_group(pid, group) : !is_dead(state);
}

// During an exec, a process has no environment for a moment, and for a part of it has arguments
// already. So an empty environment counts only if it was read from one program that had started.
bool read_environment(int pid, std::string& bytes) {
    constexpr int attempts = 200; // of a millisecond
    auto const file = "/proc/" + std::to_string(pid) + "/environ";
    for (int left = attempts; left > 0; --left) {
        auto const before = read_stat(pid);
        if (!read_whole(file.c_str(), bytes)) return false;
        if (!bytes.empty()) return true;
        auto const after = read_stat(pid);
        bool const is_same = after.end_of_code == before.end_of_code &&
                             after.begin_of_stack == before.begin_of_stack;
        if (is_dead(after.state) || (before.end_of_code != 0 && is_same)) return true;
        ::poll(nullptr, 0, 1);
    }
    return true;
}

// Only processes readable by this process can belong to its program. A process in a group without
// a number here is a kernel thread or comes from outside the PID namespace. This holds for half
// of all processes, so their files are not opened.
bool is_marked_stray(int pid, process_family const& whom) {
    if (whom.mark.empty() || pid == ::getpid()) return false;
    int const group = ::getpgid(pid);
    if (group <= 0 || group == whom.group) return false;
    std::string bytes;
    return read_environment(pid, bytes) && bytes.find(whom.mark) != bytes.npos &&
           !is_dead(read_stat(pid).state);
}

// Returns false if /proc is missing or belongs to another PID namespace.
bool can_read_proc() noexcept {
    char buffer[16] = {};
    return ::readlink("/proc/self", buffer, sizeof buffer - 1) > 0 &&
           std::atoi(buffer) == ::getpid();
}

// Visits processes until `visit` returns false. Returns false if some processes could not be
// visited.
template <class Visit>
bool visit_processes(Visit visit) {
    DIR* const all = ::opendir("/proc");
    if (!all) return false;
    bool go_on = true;
    errno = 0;
    for (dirent const* entry; go_on && (entry = ::readdir(all)) != nullptr; errno = 0) {
        int const pid = std::atoi(entry->d_name); // 0 for any other entry
        if (pid > 0) go_on = visit(pid);
    }
    bool const failed = go_on && errno != 0;
    ::closedir(all);
    return !failed;
}

template <class Test>
family_life any_of_processes(Test test) {
    bool found = false;
    bool const visited_all = visit_processes([&](int pid) { return !(found = test(pid)); });
    if (found) return family_life::some;
    return visited_all ? family_life::none : family_life::unknown;
}

bool descend(process_family const& whom) noexcept {
    return whom.known_by == process_family::membership::descended;
}

// Visits the living processes of a family.
template <class Visit>
void visit_family(process_family const& whom, Visit visit) {
    if (descend(whom)) {
        for (int const pid : descendants_of_this_process({whom.aside})) {
            char const state = read_stat(pid).state;
            if (state != '\0' && !is_dead(state)) visit(pid, is_in_group(pid, whom.group));
        }
        return;
    }
    visit_processes([&](int pid) {
        bool const inside = lives_in_group(pid, whom.group);
        if (inside || is_marked_stray(pid, whom)) visit(pid, inside);
        return true;
    });
}

std::vector<int> strays_of(process_family const& whom) {
    std::vector<int> all;
    visit_family(whom, [&](int pid, bool inside) {
        if (!inside) all.push_back(pid);
    });
    return all;
}

family_life check_descendants(process_family const& whom) noexcept {
    switch (check_children({whom.group, whom.aside})) {
    case child_life::none: return family_life::none;
    case child_life::some: return family_life::some;
    case child_life::unknown: break;
    }
    return family_life::unknown;
}

} // namespace

family_life check_family(process_family const& whom) noexcept try {
    if (!can_read_proc()) return family_life::unseen;
    if (descend(whom)) return check_descendants(whom);
    return any_of_processes(
        [&](int pid) { return lives_in_group(pid, whom.group) || is_marked_stray(pid, whom); });
} catch (std::exception const&) {
    return family_life::unknown;
}

std::vector<family_member> members_of(process_family const& whom) {
    std::vector<family_member> all;
    if (!can_read_proc()) return all;
    visit_family(whom, [&](int pid, bool inside) {
        all.push_back({pid, inside, read_stat(pid).name});
    });
    return all;
}

bool group_has_members(int group) noexcept {
    return any_of_processes([&](int pid) { return lives_in_group(pid, group); }) ==
           family_life::some;
}

namespace {

// If the system refuses process descriptors, uses the number: the process was seen a moment ago.
void send(held_descriptor const& process, int pid, int signal) noexcept {
    if (::syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0U) == 0) return;
    if (errno == EPERM || errno == ENOSYS || !process) ::kill(pid, signal);
}

} // namespace

// Holds descriptors of the escaped processes first, then checks the processes again. The signal
// reaches the held process, never a later process with the same number.
void signal_strays(process_family const& whom, std::initializer_list<int> signals) noexcept try {
    if ((whom.mark.empty() && !descend(whom)) || !can_read_proc()) return;
    auto const strays = strays_of(whom);
    if (strays.empty()) return;
    std::vector<held_descriptor> held;
    for (int const pid : strays) held.push_back(end_descriptor(pid));
    auto const still = strays_of(whom);
    for (std::size_t i = 0; i < strays.size(); ++i) {
        if (std::find(still.begin(), still.end(), strays[i]) == still.end()) continue;
        for (int const signal : signals) {
            send(held[i], strays[i], signal);
        }
    }
} catch (std::exception const&) { // KILL follows after the grace period
}

} // namespace restat::detail
