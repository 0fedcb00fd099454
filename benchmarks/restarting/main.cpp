// From the end of a write to the first instruction of the new run, for each way to restart and
// beside other programs, in turn. What lies between is told apart where it can be: until the write
// was seen, until it had settled, and the restart proper, beside a bare posix_spawn of the same
// program. The last is where ours may add something.
#include "restarting/moments.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <poll.h>
#include <random>
#include <spawn.h>
#include <stdexcept>
#include <string_view>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <vector>

extern char** environ;

namespace {

namespace fs = std::filesystem;
using bench::moment;
using namespace std::chrono_literals;

constexpr int patience = 20'000; // ms
constexpr int edits_in_a_row = 8;

struct settings {
    int rounds = 6;
    std::string directory = fs::temp_directory_path();
};

// Of one contender, in milliseconds.
struct contender {
    std::string name;
    std::vector<std::string> command;
    std::vector<double> whole = {};  // from the end of the write
    std::vector<double> seeing = {}; // its parts
    std::vector<double> settling = {};
    std::vector<double> restarting = {};
};

double milliseconds(std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; }

std::vector<char*> pointers_to(std::vector<std::string> const& words) {
    std::vector<char*> all;
    for (auto const& word : words) all.push_back(const_cast<char*>(word.c_str()));
    all.push_back(nullptr);
    return all;
}

int spawn(std::vector<std::string> const& command) {
    int pid = 0;
    posix_spawnattr_t how;
    ::posix_spawnattr_init(&how);
    ::posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP);
    int const error = ::posix_spawnp(&pid, command[0].c_str(), nullptr, &how,
                                     pointers_to(command).data(), environ);
    ::posix_spawnattr_destroy(&how);
    if (error != 0) throw std::runtime_error{command[0] + ": " + std::strerror(error)};
    return pid;
}

// A process group that is there until it goes out of scope.
class running {
public:
    explicit running(std::vector<std::string> const& command) : pid_{spawn(command)} {}
    running(running const&) = delete;
    ~running() {
        ::kill(-pid_, SIGTERM);
        int status = 0;
        for (int left = 500; ::waitpid(pid_, &status, WNOHANG) == 0; --left) {
            if (left == 0) ::kill(-pid_, SIGKILL);
            std::this_thread::sleep_for(2ms);
        }
    }

private:
    int pid_;
};

// The files that are watched, and the pipe through which is told what became of it.
class scene {
public:
    explicit scene(std::string const& parent) : path_{parent + "/restat.restart.XXXXXX"} {
        if (!::mkdtemp(path_.data())) throw std::runtime_error{"cannot make " + path_};
        ::mkfifo(pipe().c_str(), 0600);
        pipe_ = ::open(pipe().c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
        fs::create_directory(path_ + "/files");
        for (int i = 0; i < edits_in_a_row; ++i) std::ofstream{file(i)} << 10'000'000;
    }
    scene(scene const&) = delete;
    ~scene() {
        ::close(pipe_);
        fs::remove_all(path_);
    }

    std::string const& path() const { return path_; }
    std::string pipe() const { return path_ + "/pipe"; }
    std::string file(int number) const { return path_ + "/files/" + std::to_string(number); }

    // The next moment that is told; throws if there is none in time.
    moment next() const {
        moment what;
        pollfd on{pipe_, POLLIN, 0};
        if (::poll(&on, 1, patience) != 1 || ::read(pipe_, &what, sizeof what) != sizeof what) {
            throw std::runtime_error{"nothing was restarted"};
        }
        return what;
    }
    void forget() const {
        moment what;
        while (::read(pipe_, &what, sizeof what) > 0) {
        }
    }
    // A save that takes as long as any; when it ended.
    std::int64_t edit(int number) {
        int const file_number = ::open(file(number).c_str(), O_WRONLY | O_CLOEXEC);
        auto const text = std::to_string(++content_);
        if (::pwrite(file_number, text.data(), text.size(), 0) < 0) std::abort();
        ::close(file_number);
        return bench::now();
    }

private:
    std::string path_;
    int pipe_ = -1;
    int content_ = 10'000'000;
};

void measure_edit(scene& where, int number, contender& of) {
    auto const written = where.edit(number);
    std::int64_t seen = 0;
    std::int64_t told = 0;
    for (;;) {
        auto const next = where.next();
        if (next.what == moment::kind::seen) seen = next.at;
        if (next.what == moment::kind::told) told = next.at;
        if (next.what != moment::kind::begun) continue;
        of.whole.push_back(milliseconds(next.at - written));
        if (told == 0) return;
        of.seeing.push_back(milliseconds(seen - written));
        of.settling.push_back(milliseconds(told - seen));
        of.restarting.push_back(milliseconds(next.at - told));
        return;
    }
}

// Each file once, so that nothing takes the program for its own editor.
void measure_round(scene& where, contender& of, std::mt19937& random) {
    where.forget();
    running const program{of.command};
    where.next();
    for (int number = 0; number < edits_in_a_row; ++number) {
        std::this_thread::sleep_for(150ms + std::chrono::microseconds{random() % 20'000});
        measure_edit(where, number, of);
    }
}

void measure_spawn(scene& where, std::string const& program, std::vector<double>& into) {
    for (int i = 0; i < edits_in_a_row; ++i) {
        where.forget();
        auto const before = bench::now();
        running const one{{program, where.pipe()}};
        into.push_back(milliseconds(where.next().at - before));
    }
}

bool is_installed(std::string const& name) {
    return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0;
}

std::vector<contender> contenders_of(scene const& where) {
    std::string const program = RESTART_PROGRAM;
    auto const files = where.path() + "/files";
    std::vector<contender> all;
    for (std::string const quiet : {"75", "0"}) {
        for (std::string const how : {"exec", "fork", "command"}) {
            std::vector<std::string> words{program, where.pipe(), how, quiet};
            for (int i = 0; i < edits_in_a_row; ++i) words.push_back(where.file(i));
            all.push_back({how + ", quiet " + quiet + " ms", words});
        }
#ifdef RESTAT_PROGRAM
        all.push_back({"restat, quiet " + quiet + " ms",
                       {RESTAT_PROGRAM, "-q", "-n", "1ms", "--quiet-period", quiet + "ms", files,
                        "--", program, where.pipe()}});
#endif
    }
    if (is_installed("entr")) {
        all.push_back({"entr -r",
                       {"sh", "-c", "printf '%s\\n' \"$1\"/* | exec entr -rn \"$2\" \"$3\"", "sh",
                        files, program, where.pipe()}});
    }
    if (is_installed("watchexec")) {
        all.push_back(
            {"watchexec -r",
             {"watchexec", "-q", "-r", "-n", "-w", files, "--", program, where.pipe()}});
    }
    return all;
}

struct spread {
    double median = 0;
    double low = 0;  // a tenth is below
    double high = 0; // and a tenth above
};

spread spread_of(std::vector<double> of) {
    if (of.empty()) return {};
    std::sort(of.begin(), of.end());
    return {of[of.size() / 2], of[of.size() / 10], of[of.size() * 9 / 10]};
}

void print(contender const& of, double spawn) {
    auto const whole = spread_of(of.whole);
    std::printf("%-24s %8.2f %8.2f %8.2f", of.name.c_str(), whole.median, whole.low, whole.high);
    if (!of.restarting.empty()) {
        auto const restarting = spread_of(of.restarting).median;
        std::printf(" | %8.2f %8.2f %8.2f %8.2f", spread_of(of.seeing).median,
                    spread_of(of.settling).median, restarting, restarting - spawn);
    }
    std::printf("\n");
}

void run(settings const& from) {
    scene where{from.directory};
    auto all = contenders_of(where);
    std::vector<double> spawns;
    std::mt19937 random{1};
    for (int round = 0; round < from.rounds; ++round) {
        measure_spawn(where, RESTART_PROGRAM, spawns);
        for (auto& one : all) measure_round(where, one, random);
        std::reverse(all.begin(), all.end());
    }
    if (from.rounds % 2 != 0) std::reverse(all.begin(), all.end());
    auto const spawn = spread_of(spawns);
    std::printf("milliseconds from the end of a write to the first instruction of the new run\n"
                "median, a tenth below, a tenth above | until seen, settled, restarted, beyond a "
                "spawn\n");
    std::printf("%-24s %8.2f %8.2f %8.2f\n", "posix_spawn", spawn.median, spawn.low, spawn.high);
    for (auto const& one : all) print(one, spawn.median);
}

} // namespace

int main(int count, char** words) try {
    settings from;
    for (int i = 1; i + 1 < count; i += 2) {
        std::string_view const option = words[i];
        if (option == "--rounds") from.rounds = std::atoi(words[i + 1]);
        if (option == "--directory") from.directory = words[i + 1];
    }
    if (count % 2 == 0) {
        std::puts("usage: benchmarks/restart [--rounds N] [--directory WHERE]");
        return 2;
    }
    run(from);
    return 0;
} catch (std::exception const& failed) {
    std::fprintf(stderr, "%s\n", failed.what());
    return 1;
}
