#pragma once

#include <restat/restart/process_event.hpp>
#include <restat/restart/restart_strategy.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace restat::real {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

inline time_point now() { return std::chrono::steady_clock::now(); }

/// Returns true if the first `killed` event lists this process among others.
inline bool reports_kill(std::vector<process_event> const& events, int pid,
                         std::string_view name) {
    auto const killed = std::find_if(events.begin(), events.end(), [](auto const& event) {
        return event.kind == process_event_kind::killed;
    });
    return killed != events.end() &&
           std::any_of(killed->members.begin(), killed->members.end(),
                       [&](auto const& one) { return one.pid == pid && one.name == name; });
}

/// A directory removed with its contents.
struct directory {
    fs::path path;

    directory() {
        std::string name = (fs::temp_directory_path() / "restat.XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    directory(directory const&) = delete;
    ~directory() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }

    std::string operator/(std::string const& name) const { return (path / name).string(); }

    std::string script(std::string const& name, std::string const& text) const {
        write(name, "#!/bin/sh\n" + text + "\n");
        fs::permissions(*this / name, fs::perms::owner_all);
        return *this / name;
    }
    void write(std::string const& name, std::string const& text) const {
        std::ofstream{*this / name, std::ios::binary} << text;
    }
    std::string read(std::string const& name) const {
        std::ostringstream text;
        text << std::ifstream{*this / name, std::ios::binary}.rdbuf();
        return text.str();
    }
    std::size_t lines(std::string const& name) const {
        auto const text = read(name);
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }
    /// Returns a line of a file, by its index; empty if the file is shorter.
    std::string line(std::string const& name, std::size_t index) const {
        std::istringstream text{read(name)};
        std::string one;
        for (std::size_t i = 0; i <= index; ++i) {
            if (!std::getline(text, one)) return {};
        }
        return one;
    }
};

/// The files of a supervised program, and the events of its supervisor.
struct supervised {
    directory dir;
    std::vector<process_event> events = {};

    auto listener() {
        return [this](process_event const& event) { events.push_back(event); };
    }
    std::size_t count(process_event_kind kind) const {
        return static_cast<std::size_t>(std::count_if(
            events.begin(), events.end(), [&](auto const& event) { return event.kind == kind; }));
    }
    std::size_t runs() const { return dir.lines("runs"); }
    /// Returns the pids that the runs have written into the file `runs`.
    std::vector<int> pids() const {
        std::istringstream text{dir.read("runs")};
        std::vector<int> all;
        for (int pid = 0; text >> pid;) all.push_back(pid);
        return all;
    }
};

/// Waits for `done`, at most for `limit`; returns true on success.
template <class Predicate>
bool wait_for(Predicate done, std::chrono::milliseconds limit = 30s) {
    auto const end = now() + limit;
    while (!done()) {
        if (now() >= end) return false;
        ::poll(nullptr, 0, 2);
    }
    return true;
}

/// Supervises like a reloader until `done`, at most for `limit`; returns true on success.
template <class Strategy, class Predicate>
bool drive(Strategy& it, Predicate done, std::chrono::milliseconds limit = 30s) {
    return wait_for(
        [&] {
            it.supervise(now());
            return done();
        },
        limit);
}

/// Stops the running program, within a limit.
template <class Strategy>
bool finish(Strategy& it) {
    it.stop(now());
    return wait_for([&] { return it.supervise(now()).now == supervision::state::idle; });
}

/// Returns true if this process has a child, dead or alive.
inline bool has_children() {
    siginfo_t info{};
    return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/// Returns the kernel's letter for the state of a process; 0 if there is none.
inline char state_of(int pid) {
    std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
    std::string text;
    std::getline(file, text);
    auto const at = text.rfind(") ");
    return at != std::string::npos ? text[at + 2] : '\0';
}

inline bool is_alive(int pid) {
    char const state = state_of(pid);
    return state != '\0' && state != 'Z' && state != 'X';
}

inline std::size_t open_descriptors() {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator{"/proc/self/fd"}, fs::directory_iterator{}));
}

/// Returns a change set of these paths.
inline change_set changes(std::vector<std::string> const& paths) {
    std::vector<change> all;
    for (auto const& path : paths) {
        all.push_back({change_kind::modified, path, fields::size, {}, {}});
    }
    return change_set{std::move(all)};
}

} // namespace restat::real
