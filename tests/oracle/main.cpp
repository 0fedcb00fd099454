// An oracle of real file systems. Another process performs random operations on a tree; this one
// watches it by a reloader and loads what is delivered. A plain walk, which shares no code with
// the library, then says whether anything was missed or invented.
//
//     oracle [--operations N] [--seed N] [--configuration N] [--file-system NAME]
//            [--script N] [--all] [--provoke FAULT] [--keep-going] [--no-shrink]
//
// A failure prints the arguments that repeat it. `--all` also provokes what is known to fail.
//
// Each fault of earlier versions was put back by an edit of its rule, and searched from seed 1:
//
//     fault                                     seed  configuration  file system  operations
//     a root that disappears hangs a slice        32            224       bindfs       1,680
//     a directory that holds a file root, and
//     that a rule excludes, is scanned            19            133          xfs         968
//     a followed link takes away a real name      32            224       bindfs       1,734
//     relative roots follow the host's directory   3             21          xfs         138
//     matcher() cancels a sliced scan             16            112       bindfs         841
//     an exception is followed by another at once 79             73    overlayfs       4,252
//     a path taken out of the roots is "removed"   6             42        ramfs         360
//
// It cannot see two others. The restart-loop guard belongs to strategies that start programs, and
// this host calls back. Long writes: an operation ends before the next poll, so no file is half
// written for as long as `max_wait`. A file that was loaded between the stamp of a write and its
// data is not called missed, since no later stat tells: the sums count these as early.
#include "oracle/file_systems.hpp"
#include "oracle/runner.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace {

using namespace oracle;

struct settings {
    std::uint64_t operations = 10'000;
    std::uint64_t seed = 1;
    std::uint64_t length = 60; ///< operations a script
    std::optional<unsigned> configuration = {};
    std::optional<std::string> file_system = {};
    std::vector<std::string> provoked = {};
    bool provokes_all = false;
    bool keeps_going = false;
    bool shrinks = true;
};

settings parse(int count, char** arguments) {
    settings made;
    for (int i = 1; i < count; ++i) {
        std::string const name = arguments[i];
        auto const value = [&]() -> char const* {
            if (i + 1 >= count) {
                std::fprintf(stderr, "oracle: %s needs a value\n", name.c_str());
                std::exit(2);
            }
            return arguments[++i];
        };
        if (name == "--operations") {
            made.operations = std::strtoull(value(), nullptr, 10);
        } else if (name == "--seed") {
            made.seed = std::strtoull(value(), nullptr, 10);
        } else if (name == "--script") {
            made.length = std::strtoull(value(), nullptr, 10);
        } else if (name == "--configuration") {
            made.configuration = static_cast<unsigned>(std::strtoul(value(), nullptr, 10));
        } else if (name == "--file-system") {
            made.file_system = value();
        } else if (name == "--provoke") {
            made.provoked.emplace_back(value());
        } else if (name == "--all") {
            made.provokes_all = true;
        } else if (name == "--keep-going") {
            made.keeps_going = true;
        } else if (name == "--no-shrink") {
            made.shrinks = false;
        } else {
            std::fprintf(stderr, "oracle: unknown argument %s\n", name.c_str());
            std::exit(2);
        }
    }
    return made;
}

struct tested {
    real::mount_recipe const* recipe;
    std::unique_ptr<real::mounted> mount;
    outcome sum = {};
};

std::vector<tested> mount_all(settings const& of) {
    std::vector<tested> all;
    for (auto const& recipe : file_systems) {
        if (of.file_system && *of.file_system != recipe.name) continue;
        auto mount = std::make_unique<real::mounted>(recipe);
        if (mount->reason().empty()) {
            all.push_back({&recipe, std::move(mount)});
        } else {
            std::printf("NOT TESTED: %s: %s\n", recipe.name, mount->reason().c_str());
        }
    }
    return all;
}

configuration configure(unsigned number, settings const& by) {
    auto made = make_configuration(number);
    if (by.provokes_all) return made;
    for (auto const& fault : known_faults) {
        auto const& names = by.provoked;
        if (std::find(names.begin(), names.end(), fault.name) == names.end())
            leave_out(made, fault);
    }
    return made;
}

void report_failure(configuration const& of, std::vector<step> const& steps, tested const& on,
                    std::uint64_t seed, settings const& by, outcome const& came) {
    std::printf(
        "FAILED: %s\n  on %s, seed %llu, configuration %u: %s\n"
        "  again: oracle --seed %llu --configuration %u --file-system %s --operations %llu "
        "--script %llu%s\n",
        came.failure.c_str(), on.recipe->name, static_cast<unsigned long long>(seed), of.number,
        to_string(of).c_str(), static_cast<unsigned long long>(seed), of.number, on.recipe->name,
        static_cast<unsigned long long>(by.length), static_cast<unsigned long long>(by.length),
        by.provokes_all ? " --all" : "");
    std::fflush(stdout);
    if (!by.shrinks) return;
    bool const coarse = on.recipe->rounds == 1;
    bool const hangs = came.failure.starts_with("hangs");
    auto const least = shrink(of, steps, seed, on.mount->path(), coarse, hangs);
    auto const last =
        run_apart(of, least, seed, on.mount->path(), coarse, std::chrono::seconds{20});
    std::printf("  least (%zu of %zu steps): %s\n", least.size(), steps.size(),
                last.failure.c_str());
    for (auto const& one : least) std::printf("    %s\n", to_string(one).c_str());
    std::fflush(stdout);
}

void print_sum(char const* of, outcome const& sum) {
    std::printf(
        "%s: %llu operations, %llu polls, %llu scans, %llu deliveries (%.0f %%), %llu "
        "comparisons, %llu early; "
        "%llu slices, %llu more than 500 us over budget, the longest %llu us over\n",
        of, static_cast<unsigned long long>(sum.operations),
        static_cast<unsigned long long>(sum.polls), static_cast<unsigned long long>(sum.rounds),
        static_cast<unsigned long long>(sum.deliveries),
        100.0 * static_cast<double>(sum.deliveries) /
            static_cast<double>(std::max<std::uint64_t>(sum.rounds, 1)),
        static_cast<unsigned long long>(sum.settled), static_cast<unsigned long long>(sum.early),
        static_cast<unsigned long long>(sum.slices), static_cast<unsigned long long>(sum.over),
        static_cast<unsigned long long>(sum.longest));
}

} // namespace

int main(int count, char** arguments) {
    auto const by = parse(count, arguments);
    auto all = mount_all(by);
    if (all.empty()) return std::puts("no file system could be mounted"), 77;
    std::uint64_t done = 0;
    unsigned failures = 0;
    for (std::uint64_t n = 0; done < by.operations && (failures == 0 || by.keeps_going); ++n) {
        auto const seed = by.seed + n;
        auto& on = all[n % all.size()];
        bool const coarse = on.recipe->rounds == 1;
        if (coarse && n / all.size() % 8 != 0) continue; // a second each
        auto const number = by.configuration.value_or(
            static_cast<unsigned>((seed * 7 + seed / configurations) % configurations));
        auto const of = configure(number, by);
        auto const steps = make_steps(of, seed, by.length);
        auto const came =
            run_apart(of, steps, seed, on.mount->path(), coarse, std::chrono::seconds{200});
        on.sum.add(came);
        done += std::max<std::uint64_t>(came.operations, 1);
        if (came.failure.empty()) continue;
        ++failures;
        report_failure(of, steps, on, seed, by, came);
    }
    outcome total;
    for (auto const& one : all) {
        print_sum(one.recipe->name, one.sum);
        total.add(one.sum);
    }
    print_sum("all", total);
    std::printf("seeds from %llu, %u failures\n", static_cast<unsigned long long>(by.seed),
                failures);
    return failures > 0;
}
