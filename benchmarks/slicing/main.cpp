// The processor time of the longest call of `poll_for` on a single directory with many names, for
// a first scan and after changes of few and of many names. `poll_for` limits its time by a budget;
// this shows the longest step between two looks at the clock. Fails if a change is not delivered.
#include <restat/basic_reloader.hpp>
#include <restat/clock/sleep_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/restart/callback_restart.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr auto budget = 1ms;
constexpr auto patience = 10min;

struct settings {
    int rounds = 5;
    std::vector<std::size_t> files;
    std::string directory = fs::temp_directory_path();
};

/// The calls after a change.
struct calls {
    std::vector<double> longest; // of each round, in microseconds
    std::size_t count = 0;       // in the last round
};
/// The calls after each change, in order.
using table = std::vector<std::pair<std::string, calls>>;

nanoseconds processor_time() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds{now.tv_sec} + nanoseconds{now.tv_nsec};
}

class scratch_directory {
public:
    explicit scratch_directory(std::string const& in)
        : path{in + "/restat_slices_" + std::to_string(::getpid())} {
        fs::create_directories(path);
    }
    scratch_directory(scratch_directory const&) = delete;
    scratch_directory& operator=(scratch_directory const&) = delete;
    ~scratch_directory() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }

    std::string const path;
};

struct no_rules {
    restat::verdict operator()(restat::candidate const&) const noexcept {
        return restat::verdict::none;
    }
};

struct counting {
    std::size_t* delivered;
    void operator()(restat::change_set const& changes) const { *delivered += changes.size(); }
};

class measurement {
public:
    measurement(std::string const& path, table& results)
        : reloader_{restat::tree_enumerator{path, {.threads = 1}},
                    no_rules{},
                    restat::sleep_clock{},
                    restat::callback_restart{counting{&delivered_}},
                    {.interval = 1ms, .quiet_period = 5ms, .cpu_share = 1}}
        , results_{results} {}

    /// Calls `poll_for` until the changes are delivered, and for some scans afterwards.
    void run(char const* what, std::size_t changes) {
        auto const until = steady_clock::now() + patience;
        nanoseconds longest{};
        std::size_t count = 0;
        delivered_ = 0;
        for (int scans = 0; scans < 3 || delivered_ < changes; ++count) {
            auto const began = processor_time();
            auto const slice = reloader_.poll_for(budget);
            longest = std::max(longest, processor_time() - began);
            scans += slice.round_ended && delivered_ >= changes ? 1 : 0;
            if (steady_clock::now() > until) throw std::runtime_error{what};
            std::this_thread::sleep_until(std::min(slice.next, steady_clock::now() + 1ms));
        }
        auto const is_this = [&](auto const& row) { return row.first == what; };
        auto at = std::find_if(results_.begin(), results_.end(), is_this);
        if (at == results_.end()) at = results_.insert(at, {what, {}});
        at->second.longest.push_back(static_cast<double>(longest.count()) / 1e3);
        at->second.count = count;
    }

private:
    std::size_t delivered_ = 0;
    restat::basic_reloader<restat::tree_enumerator, no_rules, restat::sleep_clock,
                           restat::callback_restart<counting>>
        reloader_;
    table& results_;
};

void write(std::string const& directory, std::size_t files, char const* content) {
    for (std::size_t i = 0; i < files; ++i)
        std::ofstream{directory + "/name_" + std::to_string(i * 7919 % 1'000'003)} << content;
}

void measure(std::string const& in, std::size_t files, table& results) {
    scratch_directory const scratch{in};
    std::string const flat = scratch.path + "/flat";
    fs::create_directory(flat);
    write(flat, files, "");
    measurement slices{scratch.path, results};
    slices.run("first scan", 0);
    std::ofstream{flat + "/added"};
    slices.run("a name added", 1);
    fs::remove(flat + "/added");
    slices.run("a name removed", 1);
    write(flat, files / 3, "edited");
    slices.run("a third edited", files / 3);
    fs::create_directory(scratch.path + "/more");
    write(scratch.path + "/more", files / 3, "");
    slices.run("a third added", files / 3);
    fs::rename(flat, scratch.path + "/away");
    slices.run("renamed", files);
    fs::rename(scratch.path + "/away", flat);
    slices.run("renamed back", files);
    fs::remove_all(flat);
    fs::remove_all(scratch.path + "/more");
    slices.run("all removed", files + files / 3);
}

void print(std::size_t files, table& results) {
    std::printf("%zu names in one directory, calls with a budget of 1 ms; the longest call, in "
                "ms of processor time\n%-16s %8s %8s %8s %8s\n",
                files, "", "calls", "median", "least", "most");
    for (auto& [what, of] : results) {
        std::sort(of.longest.begin(), of.longest.end());
        std::printf("%-16s %8zu %8.2f %8.2f %8.2f\n", what.c_str(), of.count,
                    of.longest[of.longest.size() / 2] / 1e3, of.longest.front() / 1e3,
                    of.longest.back() / 1e3);
    }
}

[[noreturn]] void show_usage() {
    std::fputs("benchmarks/slices [--files N]... [--rounds N] [--directory WHERE]\n", stderr);
    std::exit(2);
}

settings parsed(int count, char** arguments) {
    settings made;
    for (int i = 1; i < count; i += 2) {
        std::string_view const option = arguments[i];
        if (i + 1 == count) show_usage();
        if (option == "--files") {
            made.files.push_back(std::strtoul(arguments[i + 1], nullptr, 10));
        } else if (option == "--rounds") {
            made.rounds = std::max(1, std::atoi(arguments[i + 1]));
        } else if (option == "--directory") {
            made.directory = arguments[i + 1];
        } else {
            show_usage();
        }
    }
    if (made.files.empty()) made.files = {60'000, 200'000};
    return made;
}

} // namespace

int main(int count, char** arguments) {
    settings const chosen = parsed(count, arguments);
    try {
        for (std::size_t const files : chosen.files) {
            table results;
            for (int i = 0; i < chosen.rounds; ++i) measure(chosen.directory, files, results);
            print(files, results);
        }
    } catch (std::exception const& fault) {
        std::fprintf(stderr, "not delivered: %s\n", fault.what());
        return 1;
    }
    return 0;
}
