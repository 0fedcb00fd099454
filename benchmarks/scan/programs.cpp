// Programs that others wrote: found, started, timed.
#include "programs.hpp"

#include "descriptor.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>

namespace bench {
namespace {

namespace fs = std::filesystem;

std::string on_path(std::string_view name) {
    char const* const path = std::getenv("PATH");
    std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
    while (!rest.empty()) {
        std::string_view const folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
        fs::path const program = fs::path{folder} / name;
        if (::access(program.c_str(), X_OK) == 0) return program.string();
    }
    return {};
}

struct file_actions : posix_spawn_file_actions_t {
    file_actions() { ::posix_spawn_file_actions_init(this); }
    file_actions(file_actions const&) = delete;
    file_actions& operator=(file_actions const&) = delete;
    ~file_actions() { ::posix_spawn_file_actions_destroy(this); }
};

pid_t start(command const& what, int output, running::errors messages) {
    file_actions actions;
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (messages == running::errors::read_too) {
        ::posix_spawn_file_actions_adddup2(&actions, output, 2);
    } else {
        ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    }
    std::vector<char*> arguments;
    for (std::string const& each : what) arguments.push_back(const_cast<char*>(each.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = -1;
    int const failed =
        ::posix_spawn(&pid, what[0].c_str(), &actions, nullptr, arguments.data(), ::environ);
    if (failed) throw std::system_error{failed, std::generic_category(), what[0]};
    return pid;
}

std::string shown(command const& what) {
    std::string text;
    for (std::string const& each : what) text += (text.empty() ? "" : " ") + each.substr(0, 80);
    return text;
}

bool is_ready(int from, std::chrono::milliseconds within) {
    pollfd ready{from, POLLIN, 0};
    return ::poll(&ready, 1, static_cast<int>(within.count())) > 0;
}

// Which asks git never to read the settings of whoever runs this.
command git(std::string const& program, corpus const& of, std::string const& folder,
            std::initializer_list<std::string> rest) {
    command made{on_path("env"), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
                 program,        "--git-dir=" + folder,         "--work-tree=" + of.root};
    made.insert(made.end(), rest);
    return made;
}

rival git_status(std::string const& program, corpus const& of, std::string const& scratch) {
    std::string const folder = scratch + "/" + fs::path{of.root}.filename().string() + ".git";
    if (!fs::exists(folder)) {
        count_lines(git(program, of, folder, {"init", "-q"}));
        count_lines(git(program, of, folder, {"add", "-A"}));
        count_lines(git(
            program, of, folder,
            {"-c", "user.name=b", "-c", "user.email=b@localhost", "commit", "-q", "-m", "all"}));
    }
    return {"git status", git(program, of, folder, {"status", "--porcelain"}),
            git(program, of, folder, {"ls-files"}), task::rescan};
}

constexpr char python_walk[] = R"(
import os, sys
seen = {}
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        path = os.path.join(folder, name)
        seen[path] = os.stat(path).st_mtime
if len(sys.argv) > 2:
    print("\n".join(seen))
)";

} // namespace

std::string find_program(std::initializer_list<std::string_view> names) {
    for (std::string_view const name : names) {
        std::string found = name.starts_with('/') ? std::string{name} : on_path(name);
        if (!found.empty() && ::access(found.c_str(), X_OK) == 0) return found;
    }
    return {};
}

running::running(command const& what, errors messages) {
    int ends[2];
    must(::pipe2(ends, O_CLOEXEC), "pipe2");
    descriptor const write_end{ends[1]};
    descriptor read_end{ends[0]};
    pid_ = start(what, write_end.number(), messages);
    from_ = ::fcntl(read_end.number(), F_DUPFD_CLOEXEC, 0);
}

running::~running() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    ::close(from_);
}

std::optional<std::string> running::line(std::chrono::milliseconds within) {
    for (;;) {
        if (auto const end = read_.find('\n'); end != std::string::npos) {
            std::string first = read_.substr(0, end);
            read_.erase(0, end + 1);
            return first;
        }
        std::array<char, 4096> buffer;
        if (!is_ready(from_, within)) return std::nullopt;
        auto const count = ::read(from_, buffer.data(), buffer.size());
        if (count <= 0) return std::nullopt;
        read_.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

std::size_t running::finish() {
    std::size_t lines = 0;
    std::array<char, 64 * 1024> buffer;
    for (ssize_t count; (count = ::read(from_, buffer.data(), buffer.size())) > 0;) {
        lines += static_cast<std::size_t>(std::count(buffer.data(), buffer.data() + count, '\n'));
    }
    int status = 0;
    must(::waitpid(std::exchange(pid_, -1), &status, 0), "waitpid");
    if (status != 0) throw std::runtime_error{"status " + std::to_string(status)};
    return lines;
}

std::size_t count_lines(command const& what) {
    try {
        return running{what}.finish();
    } catch (std::runtime_error const& error) {
        throw std::runtime_error{shown(what) + ": " + error.what()};
    }
}

std::vector<rival> installed_rivals(corpus const& of, std::string const& scratch) {
    std::vector<rival> found;
    std::string const never = "2200-01-01";
    for (std::string const name : {"find", "bfs"}) {
        std::string const program = find_program({name});
        if (program.empty()) continue;
        found.push_back({name,
                         {program, of.root, "-type", "f", "-newermt", never},
                         {program, of.root, "-type", "f"}});
    }
    if (std::string const fd = find_program({"fd", "fdfind"}); !fd.empty()) {
        command const all{fd, "--unrestricted", "--type", "f", "--threads", "2"};
        command timed = all;
        timed.insert(timed.end(), {"--changed-within", never + " 00:00:00", ".", of.root});
        command counted = all;
        counted.insert(counted.end(), {".", of.root});
        found.push_back({"fd, 2 threads", timed, counted});
    }
    if (std::string const program = find_program({"git"}); !program.empty()) {
        found.push_back(git_status(program, of, scratch));
    }
    if (std::string const python = find_program({"/usr/bin/python3", "python3"});
        !python.empty()) {
        command const timed{python, "-c", python_walk, of.root};
        command counted = timed;
        counted.push_back("print");
        found.push_back({"Python, os.walk + os.stat", timed, counted});
    }
    return found;
}

} // namespace bench
