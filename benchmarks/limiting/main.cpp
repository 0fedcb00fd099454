// The cost of a limited scan per directory, beside a whole scan: see benchmarks/limited. Fails if a
// scan misses an edit within its limits, or finds anything else.
#include "scan/corpus.hpp"
#include "scan/results.hpp"
#include "scan/scratch.hpp"
#include "scan/timing.hpp"

#include <restat/enumerator/tree_enumerator.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace bench {
namespace {

struct settings {
    std::vector<std::size_t> files;
    std::size_t rounds = 9;
    std::string directory = std::filesystem::temp_directory_path();
};

constexpr auto all_files = [](restat::candidate const&) noexcept {
    return restat::verdict::none;
};

double processor_time() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

/// A tree with its known snapshot. Times are microseconds of processor time.
class watched {
public:
    explicit watched(std::string const& root) : walk_{root, {.threads = 1}} {
        scan({}, std::size_t(-1));
    }

    /// Scans these directories, or the whole tree if there are none. Returns the time.
    double scan(std::vector<std::string> scope, std::size_t changes) {
        auto const began = processor_time();
        std::error_code error;
        update_.begin(known_);
        if (!scope.empty()) update_.limit_to(std::move(scope));
        walk_.refresh(all_files, update_, error);
        auto const found = update_.changes().size();
        update_.apply(known_);
        auto const spent = processor_time() - began;
        bool const is_first = changes == std::size_t(-1);
        if (error || (!is_first && found != changes)) throw std::runtime_error{"wrong changes"};
        return spent;
    }

private:
    restat::tree_enumerator walk_;
    restat::snapshot_update update_;
    restat::snapshot known_;
};

/// The times of limited scans of some directories at random places.
struct limit {
    std::size_t directories;
    std::vector<double> times = {};
};

class measurement {
public:
    measurement(corpus const& of, std::size_t rounds) : of_{of}, tree_{of.root} {
        for (std::size_t const count : {1U, 100U, 4500U}) {
            if (count <= of.directories.size()) limits_.push_back({count});
        }
        for (std::size_t i = 0; i < rounds; ++i) run();
    }

    void print() const {
        auto const whole = spread_of(whole_).median / static_cast<double>(of_.directories.size());
        std::printf("%zu files in %zu directories, us of processor time\n", of_.plan.files,
                    of_.directories.size());
        std::printf("%-28s %10.2f per directory\n", "whole scan", whole);
        for (limit const& one : limits_) {
            auto const each = spread_of(one.times).median / static_cast<double>(one.directories);
            std::printf("limited to %-17zu %10.2f per directory, %5.2f of a whole scan\n",
                        one.directories, each, each / whole);
        }
        std::printf("%-28s %10.0f\n", "a name added", spread_of(added_).median);
        std::printf("%-28s %10.0f\n", "the next limited scan", spread_of(next_).median);
    }

private:
    void run() {
        whole_.push_back(tree_.scan({}, 0));
        for (limit& one : limits_) {
            std::size_t const times = one.directories == 1 ? 100 : 1;
            double sum = 0;
            for (std::size_t i = 0; i < times; ++i) sum += tree_.scan(pick(one.directories), 0);
            one.times.push_back(sum / static_cast<double>(times));
        }
        auto const scope = pick(1);
        auto const name = scope[0] + "/a_new_name";
        std::ofstream{name} << "x";
        added_.push_back(tree_.scan(scope, 1));
        std::ofstream{name} << "longer";
        next_.push_back(tree_.scan(scope, 1));
        std::filesystem::remove(name);
        tree_.scan(scope, 1);
        tree_.scan(scope, 0); // makes the index
    }
    std::vector<std::string> pick(std::size_t count) {
        std::vector<std::string> picked;
        for (; count > 0; --count)
            picked.push_back(of_.directories[dice_() % of_.directories.size()].path);
        return picked;
    }

    corpus const& of_;
    watched tree_;
    std::mt19937 dice_{1};
    std::vector<double> whole_;
    std::vector<limit> limits_;
    std::vector<double> added_;
    std::vector<double> next_;
};

[[noreturn]] void show_usage() {
    std::fputs("benchmarks/limited [--files N]... [--rounds N] [--directory WHERE]\n", stderr);
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
            made.rounds = std::strtoul(arguments[i + 1], nullptr, 10);
        } else if (option == "--directory") {
            made.directory = arguments[i + 1];
        } else {
            show_usage();
        }
    }
    if (made.rounds == 0) show_usage();
    if (made.files.empty()) made.files = {100'000, 1'000'000};
    return made;
}

int measure(settings const& chosen, std::string const& scratch) {
    auto const where = this_machine(scratch);
    std::printf("%s; %s, %u cores; %s; %s\n", where.date.c_str(), where.processor.c_str(),
                where.cores, where.kernel.c_str(), where.compiler.c_str());
    for (std::size_t const files : chosen.files) {
        auto const made = make_corpus({.files = files}, scratch);
        edit_some(made, 1); // waits until the stamps are final
        measurement{made, chosen.rounds}.print();
        std::fflush(stdout);
    }
    return 0;
}

} // namespace
} // namespace bench

int main(int count, char** arguments) {
    auto const chosen = bench::parsed(count, arguments);
    return bench::with_scratch(chosen.directory, [&](std::string const& scratch) {
        return bench::measure(chosen, scratch);
    });
}
