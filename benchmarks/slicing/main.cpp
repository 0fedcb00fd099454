// The processor time of the longest call of `poll_for` on many files, in a single directory or in
// directories of 100: for a first scan and after changes of few and of many names, of the roots,
// and of the rules. `poll_for` limits its time by a budget; this shows the longest step between
// two looks at the clock. Fails if a change is not delivered, or if a file untouched is.
#include <restat/basic_reloader.hpp>
#include <restat/clock/sleep_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/gitignore_matcher.hpp>
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

/// A number of files, in a single directory or in directories of 100.
struct tree {
    std::size_t files;
    bool is_flat;
};

struct settings {
    int rounds = 5;
    std::vector<tree> trees;
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

template <class Matcher>
class measurement {
public:
    measurement(std::string const& root, Matcher rules, table& results)
        : reloader_{restat::tree_enumerator{root, {.threads = 1}},
                    std::move(rules),
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
            if (steady_clock::now() > until || delivered_ > changes)
                throw std::runtime_error{what};
            std::this_thread::sleep_until(std::min(slice.next, steady_clock::now() + 1ms));
        }
        auto const is_this = [&](auto const& row) { return row.first == what; };
        auto at = std::find_if(results_.begin(), results_.end(), is_this);
        if (at == results_.end()) at = results_.insert(at, {what, {}});
        at->second.longest.push_back(static_cast<double>(longest.count()) / 1e3);
        at->second.count = count;
    }
    void set_roots(std::vector<std::string> roots) {
        reloader_.enumerator().roots() = std::move(roots);
    }

private:
    std::size_t delivered_ = 0;
    restat::basic_reloader<restat::tree_enumerator, Matcher, restat::sleep_clock,
                           restat::callback_restart<counting>>
        reloader_;
    table& results_;
};

/// The names of the first files below a directory.
std::string name_of(tree const& of, std::size_t number) {
    auto const name = "name_" + std::to_string(number * 7919 % 1'000'003);
    return of.is_flat ? name : "d" + std::to_string(number / 100) + "/" + name;
}

void write(std::string const& directory, tree const& of, std::size_t files, char const* content) {
    for (std::size_t i = 0; i < files; ++i) {
        auto const path = directory + "/" + name_of(of, i);
        if (i % 100 == 0) fs::create_directories(fs::path{path}.parent_path());
        std::ofstream{path} << content;
    }
}

// Of the scratch directory, the working directory.
void measure_roots(std::string const& scratch, tree const& of, table& results) {
    measurement slices{"all", no_rules{}, results};
    slices.run("first scan", 0);
    slices.set_roots({scratch + "/all"});
    slices.run("roots absolute", 0);
    // The first file of a single directory, or the first directory.
    auto const inner = of.is_flat ? name_of(of, 0) : "d0";
    slices.set_roots({"all", scratch + "/all/files/" + inner});
    slices.run("roots nested", 0);
    slices.set_roots({"all"});
    slices.run("roots back", 0);
    write("all/files", of, of.files / 3, "edited before");
    slices.set_roots({scratch + "/all"});
    slices.run("and edits", of.files / 3);
}

void measure_rules(tree const& of, table& results) {
    std::size_t hidden = 0;
    for (std::size_t i = 0; i < of.files; ++i) {
        auto const last = name_of(of, i).back();
        hidden += last == '0' || last == '1' || last == '2' ? 1 : 0;
    }
    measurement slices{"all", restat::gitignore_matcher{}, results};
    slices.run("first scan", 0);
    std::ofstream{"all/.gitignore"} << "name_*[0-2]\n";
    slices.run("rules hide", 1);
    std::ofstream{"all/.gitignore"} << "nothing\n";
    slices.run("rules reveal", 1);
    std::ofstream{"all/.gitignore"} << "files\n";
    slices.run("rules hide all", 1);
    fs::remove("all/.gitignore");
    slices.run("rules gone", 1);
}

void measure_changes(tree const& of, table& results) {
    measurement slices{"all", no_rules{}, results};
    slices.run("first scan", 0);
    std::ofstream{"all/files/added"};
    slices.run("a name added", 1);
    fs::remove("all/files/added");
    slices.run("a name removed", 1);
    write("all/files", of, of.files / 3, "edited");
    slices.run("a third edited", of.files / 3);
    write("all/more", of, of.files / 3, "");
    slices.run("a third added", of.files / 3);
    fs::rename("all/files", "all/away");
    slices.run("renamed", of.files);
    fs::rename("all/away", "all/files");
    slices.run("renamed back", of.files);
    fs::remove_all("all/files");
    fs::remove_all("all/more");
    slices.run("all removed", of.files + of.files / 3);
}

void measure(std::string const& in, tree const& of, table& results) {
    scratch_directory const scratch{in};
    fs::current_path(scratch.path);
    write("all/files", of, of.files, "");
    measure_roots(fs::current_path(), of, results);
    measure_rules(of, results);
    measure_changes(of, results);
    fs::current_path("/");
}

void print(tree const& of, table& results) {
    std::printf("%zu files%s, calls with a budget of 1 ms; the longest call, in ms of processor "
                "time\n%-16s %8s %8s %8s %8s\n",
                of.files, of.is_flat ? " in a single directory" : " in directories of 100", "",
                "calls", "median", "least", "most");
    for (auto& [what, of_row] : results) {
        std::sort(of_row.longest.begin(), of_row.longest.end());
        std::printf("%-16s %8zu %8.2f %8.2f %8.2f\n", what.c_str(), of_row.count,
                    of_row.longest[of_row.longest.size() / 2] / 1e3, of_row.longest.front() / 1e3,
                    of_row.longest.back() / 1e3);
    }
}

[[noreturn]] void show_usage() {
    std::fputs(
        "benchmarks/slices [--files N]... [--tree N]... [--rounds N] [--directory WHERE]\n",
        stderr);
    std::exit(2);
}

settings parsed(int count, char** arguments) {
    settings made;
    for (int i = 1; i < count; i += 2) {
        std::string_view const option = arguments[i];
        if (i + 1 == count) show_usage();
        if (option == "--files" || option == "--tree") {
            made.trees.push_back(
                {std::strtoul(arguments[i + 1], nullptr, 10), option == "--files"});
        } else if (option == "--rounds") {
            made.rounds = std::max(1, std::atoi(arguments[i + 1]));
        } else if (option == "--directory") {
            made.directory = arguments[i + 1];
        } else {
            show_usage();
        }
    }
    if (made.trees.empty()) made.trees = {{100'000, false}, {60'000, true}, {200'000, true}};
    return made;
}

} // namespace

int main(int count, char** arguments) {
    settings const chosen = parsed(count, arguments);
    try {
        for (tree const& of : chosen.trees) {
            table results;
            for (int i = 0; i < chosen.rounds; ++i) measure(chosen.directory, of, results);
            print(of, results);
            std::fflush(stdout);
        }
    } catch (std::exception const& fault) {
        std::fprintf(stderr, "not delivered: %s\n", fault.what());
        return 1;
    }
    return 0;
}
