#include "figures.hpp"

#include "probe.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace bench {
namespace {

// The lines of `strace -c -U calls,name` are a number and a name; a last one sums them up.
double calls_of(command what, std::string const& strace, std::string const& scratch) {
    std::string const file = scratch + "/calls";
    command traced{strace, "-f", "-c", "-U", "calls,name", "-o", file};
    traced.insert(traced.end(), what.begin(), what.end());
    count_lines(traced);
    std::ifstream lines{file};
    double all = 0;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        double calls = 0;
        std::string name;
        if (words >> calls >> name && name != "total") all += calls;
    }
    return all;
}

// A container may not let it.
bool can_trace(std::string const& strace) {
    try {
        count_lines({strace, "-o", "/dev/null", strace, "--version"});
        return true;
    } catch (std::runtime_error const&) {
        return false;
    }
}

} // namespace

std::vector<figure> measure_costs(corpus const& of, double idle_seconds) {
    std::vector<figure> made;
    auto snapshot = ask_probe({"snapshot", of.root});
    auto reloader = ask_probe({"reloader", of.root});
    auto idle = ask_probe({"idle", of.root, std::to_string(idle_seconds)});
    auto const add_bytes = [&](std::string const& name, readings& from, char const* reading) {
        made.push_back({name, from[reading] / from["files"], "bytes a file"});
    };
    add_bytes("snapshot, heap", snapshot, "heap");
    add_bytes("snapshot, resident", snapshot, "resident");
    add_bytes("reloader, heap", reloader, "heap");
    add_bytes("reloader, heap at most", reloader, "peak heap");
    add_bytes("reloader, resident", reloader, "resident");
    add_bytes("reloader, resident at most", reloader, "peak resident");
    made.push_back({"idle rescan, allocations", reloader["allocations"], "calls"});
    made.push_back({"run, idle, default schedule", idle["part of a core"] * 100, "% of a core"});
    made.push_back({"an edit may go unseen, as is told", idle["unseen"], "s"});
    made.push_back({"the same where one was lately", idle["unseen, hot"], "s"});
    return made;
}

std::vector<figure> measure_calls(corpus const& of, std::string const& scratch) {
    std::string const strace = find_program({"strace"});
    if (strace.empty() || !can_trace(strace)) return {};
    auto const files = static_cast<double>(of.plan.files);
    auto const polls = [&](std::string const& count) {
        return calls_of(probe_command({"polls", of.root, count}), strace, scratch);
    };
    std::vector<figure> made;
    made.push_back({"rescan, system calls", (polls("3") - polls("1")) / 2 / files, "a file"});
    for (rival const& each : installed_rivals(of, scratch)) {
        made.push_back({each.name + ", system calls",
                        calls_of(each.timed, strace, scratch) / files, "a file"});
    }
    return made;
}

} // namespace bench
