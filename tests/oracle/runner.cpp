#include "oracle/runner.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oracle {
namespace {

std::string encode(outcome const& of) {
    std::ostringstream line;
    line << of.operations << ' ' << of.polls << ' ' << of.deliveries << ' ' << of.slices << ' '
         << of.over << ' ' << of.longest << ' ' << of.settled << ' ' << of.rounds << ' '
         << of.early << ' ' << of.failure;
    return line.str();
}

outcome decode(std::string const& text) {
    std::istringstream line{text};
    outcome of;
    line >> of.operations >> of.polls >> of.deliveries >> of.slices >> of.over >> of.longest >>
        of.settled >> of.rounds >> of.early;
    line.get();
    std::getline(line, of.failure, '\0');
    return of;
}

// Reads until the end of the pipe or of the time; whether it was the former.
bool read_until(int from, std::string& text, std::chrono::seconds limit) {
    auto const end = std::chrono::steady_clock::now() + limit;
    for (;;) {
        auto const left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        pollfd one{from, POLLIN, 0};
        if (left.count() <= 0) return false;
        if (::poll(&one, 1, static_cast<int>(left.count())) <= 0) continue;
        char bytes[4096];
        auto const got = ::read(from, bytes, sizeof bytes);
        if (got <= 0) return true;
        text.append(bytes, static_cast<std::size_t>(got));
    }
}

// Where the threads of a process are that does not end.
void print_threads(int process) {
    std::error_code ignored;
    auto const tasks = "/proc/" + std::to_string(process) + "/task";
    for (auto const& one : std::filesystem::directory_iterator{tasks, ignored}) {
        std::string channel;
        std::string call;
        std::getline(std::ifstream{one.path() / "wchan"}, channel);
        std::getline(std::ifstream{one.path() / "syscall"}, call);
        std::printf("  thread %s: %s, system call %s\n", one.path().filename().c_str(),
                    channel.c_str(), call.c_str());
    }
}

// A killed script may have left mounts and closed directories.
void clear(std::string const& base) {
    std::error_code ignored;
    for (int n = 0; n < 3; ++n) {
        std::filesystem::remove_all(base, ignored);
        if (!std::filesystem::exists(base, ignored)) return;
        for (auto const* name :
             {"t/a", "t/a/b", "t/c", "t/c/e", "t/n/m", "t/x", "t/v", "o/p", "o/y"}) {
            while (::umount2((base + '/' + name).c_str(), MNT_DETACH) == 0) {
            }
        }
    }
}

} // namespace

outcome run_apart(configuration const& of, std::vector<step> const& steps, std::uint64_t seed,
                  std::string const& mount, bool has_coarse_stamps, std::chrono::seconds limit) {
    static unsigned long count = 0;
    place const where{mount + "/s" + std::to_string(++count), has_coarse_stamps};
    std::filesystem::create_directory(where.base);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
    std::fflush(stdout);
    int const process = ::fork();
    if (process == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        auto const text = encode(run_script(of, steps, seed, where));
        (void)!::write(ends[1], text.data(), text.size());
        std::fflush(stdout);
        ::_exit(0);
    }
    ::close(ends[1]);
    std::string text;
    bool const ended = read_until(ends[0], text, limit);
    ::close(ends[0]);
    if (!ended) {
        print_threads(process);
        ::kill(process, SIGKILL);
    }
    int status = 0;
    ::waitpid(process, &status, 0);
    auto result = decode(text);
    if (!ended) {
        result.failure = "hangs: no end after " + std::to_string(limit.count()) + " s";
    } else if (text.empty()) {
        result.failure = "the process died: status " + std::to_string(status);
    }
    clear(where.base);
    return result;
}

std::vector<step> shrink(configuration const& of, std::vector<step> steps, std::uint64_t seed,
                         std::string const& mount, bool has_coarse_stamps, bool hangs) {
    bool const is_random =
        of.at_once || of.how == verb::run || of.how == verb::run_in_slices || of.threads > 1;
    auto const fails = [&](std::vector<step> const& some) {
        for (int n = 0; n < (is_random ? 3 : 1); ++n) {
            auto const limit = std::chrono::seconds{hangs ? 4 : 20};
            if (!run_apart(of, some, seed, mount, has_coarse_stamps, limit).failure.empty())
                return true;
        }
        return false;
    };
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    for (auto size = steps.size() / 2; size > 0;) {
        bool shrunk = false;
        for (std::size_t at = 0; at < steps.size();) {
            if (std::chrono::steady_clock::now() > end) return steps;
            auto fewer = steps;
            auto const from = fewer.begin() + static_cast<std::ptrdiff_t>(at);
            fewer.erase(from,
                        from + static_cast<std::ptrdiff_t>(std::min(size, steps.size() - at)));
            if (fails(fewer)) {
                steps = std::move(fewer);
                shrunk = true;
            } else {
                at += size;
            }
        }
        if (!shrunk || size > 1) size = size == 1 && shrunk ? 1 : size / 2;
    }
    return steps;
}

} // namespace oracle
