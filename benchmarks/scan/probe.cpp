// What must be measured in a process that has done nothing else.
#include "probe.hpp"

#include "allocations.hpp"
#include "ours.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <malloc.h>
#include <sys/resource.h>

namespace bench {
namespace {

// A line of /proc/self/status that tells kilobytes. (Not getrusage: its peak is also that of the
// process that started this one.)
double status_bytes(std::string_view name) {
    std::ifstream lines{"/proc/self/status"};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(name)) return std::stod(line.substr(name.size())) * 1024;
    }
    throw std::runtime_error{"no such line in /proc/self/status"};
}

double resident_bytes() {
    ::malloc_trim(0);
    return status_bytes("VmRSS:");
}

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    auto const seconds = [](timeval const& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void print(readings const& all) {
    for (auto const& [name, value] : all) std::printf("%s %.17g\n", name.c_str(), value);
}

void probe_snapshot(std::string const& root) {
    double const resident = resident_bytes();
    count_allocations();
    restat::snapshot kept;
    {
        restat::tree_enumerator where{root};
        restat::snapshot_builder found;
        std::error_code error;
        where.enumerate(restat::matcher_ref{all_but{}}, found, error);
        kept = found.finish();
    }
    print({{"files", static_cast<double>(kept.size())},
           {"heap", static_cast<double>(allocations_so_far().live)},
           {"resident", resident_bytes() - resident}});
}

void probe_reloader(std::string const& root) {
    double const resident = resident_bytes();
    count_allocations();
    watched_tree tree{root};
    tree.first_scan();
    for (int i = 0; i < 3; ++i) tree.rescan();
    auto const before = allocations_so_far();
    tree.rescan();
    auto const after = allocations_so_far();
    print({{"files", static_cast<double>(tree.size())},
           {"heap", static_cast<double>(after.live)},
           {"peak heap", static_cast<double>(after.peak)},
           {"allocations", static_cast<double>(after.calls - before.calls)},
           {"resident", resident_bytes() - resident},
           {"peak resident", status_bytes("VmHWM:") - resident}});
}

void probe_polls(std::string const& root, int count) {
    watched_tree tree{root};
    tree.first_scan();
    for (int i = 0; i < count; ++i) tree.rescan();
    print({{"files", static_cast<double>(tree.size())}});
}

// From the end of one scan to the end of a later one, as what follows a scan makes up for it.
void probe_idle(std::string const& root, double seconds) {
    restat::basic_reloader reloader{restat::tree_enumerator{root}, all_but{},
                                    restat::sleep_clock{},
                                    restat::callback_restart{[](restat::change_set const&) {}}};
    pace_listener told;
    reloader.observe(&told);
    reloader.baseline();
    double const before = cpu_seconds();
    auto const start = steady::now();
    {
        std::jthread const watching{[&](std::stop_token stop) { reloader.run(stop); }};
        std::this_thread::sleep_for(std::chrono::duration<double>{seconds});
        told.wait_for_scan();
    }
    print({{"part of a core", (cpu_seconds() - before) / seconds_since(start)},
           {"unseen", told.cold()},
           {"unseen, hot", told.hot()}});
}

} // namespace

int probe(std::vector<std::string> const& arguments) {
    std::string const& what = arguments.at(0);
    std::string const& root = arguments.at(1);
    if (what == "snapshot") probe_snapshot(root);
    if (what == "reloader") probe_reloader(root);
    if (what == "polls") probe_polls(root, std::stoi(arguments.at(2)));
    if (what == "idle") probe_idle(root, std::stod(arguments.at(2)));
    return 0;
}

command probe_command(command arguments) {
    std::string const self = std::filesystem::read_symlink("/proc/self/exe").string();
    arguments.insert(arguments.begin(), {self, "--probe"});
    return arguments;
}

readings ask_probe(command arguments) {
    running child{probe_command(std::move(arguments))};
    readings found;
    while (auto const line = child.line(std::chrono::minutes{5})) {
        auto const space = line->rfind(' ');
        found[line->substr(0, space)] = std::stod(line->substr(space + 1));
    }
    child.finish();
    if (found.empty()) throw std::runtime_error{"a probe said nothing"};
    return found;
}

} // namespace bench
