// What matching costs: see benchmarks/match.
#include "contenders.hpp"

#include "scan/results.hpp"
#include "scan/scratch.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace bench {
namespace {

constexpr std::string_view usage =
    R"(Usage: benchmarks/match [OPTION]...

What it takes to match a path, in time of processor: restat beside fnmatch, PCRE2 and git, in
turn, in one run.

  --paths N    paths that are matched (1000000)
  --files N    files of the scans in which the share of matching is taken (100000); 0 for none
  --rounds N   times that each is measured (9)
  --seed N     what paths and rules are made from (1)
  --json FILE  also write the figures there
)";

struct wishes {
    std::size_t paths = 1'000'000, files = 100'000, rounds = 9, seed = 1;
    std::string json;
    bool help = false;
};

std::size_t number_of(std::string_view text) {
    std::size_t number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw std::runtime_error{"not a number: '" + std::string{text} + "'"};
    }
    return number;
}

wishes wishes_of(std::vector<std::string> const& arguments) {
    wishes made;
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        auto const& name = arguments[i];
        made.help = made.help || name == "--help" || name == "-h";
        if (made.help) return made;
        if (i + 1 == arguments.size()) throw std::runtime_error{name + " needs a value"};
        auto const& value = arguments[i + 1];
        if (name == "--paths")
            made.paths = number_of(value);
        else if (name == "--files")
            made.files = number_of(value);
        else if (name == "--rounds")
            made.rounds = number_of(value);
        else if (name == "--seed")
            made.seed = number_of(value);
        else if (name == "--json")
            made.json = value;
        else
            throw std::runtime_error{"unknown option '" + name + "'"};
    }
    if (made.paths < 1000 || made.rounds == 0) {
        throw std::runtime_error{"--paths needs 1000 at least, --rounds 1"};
    }
    return made;
}

path_contender const& ours_in(std::vector<path_contender> const& all, std::string_view group) {
    for (auto const& one : all) {
        if (one.group == group) return one;
    }
    throw std::logic_error{"nobody to compare with"};
}

void print(machine const& where, std::vector<path_contender> const& all) {
    std::printf("%s; %s, %u cores; %s; %s\n\n", where.date.c_str(), where.processor.c_str(),
                where.cores, where.kernel.c_str(), where.compiler.c_str());
    std::printf("%-14s %-26s %10s %21s %9s %9s\n", "rules", "who", "ns a path", "quartiles",
                "to ours", "aim");
    for (auto const& one : all) {
        auto const time = one.nanoseconds();
        auto const ours = ours_in(all, one.group).nanoseconds();
        std::printf("%-14s %-26s %10.1f %10.1f %10.1f %9.2f", one.group.c_str(),
                    one.who.name.c_str(), time.median, time.low, time.high,
                    time.median / ours.median);
        if (one.aim)
            std::printf(" %4.0f %s", *one.aim, time.median <= *one.aim ? "met" : "MISSED");
        std::printf("\n");
    }
}

void print(share const& of) {
    auto const over = ratio(of.ruled, of.bare);
    std::printf("%-10s of %zu files, processor: %8.1f ms without rules, %8.1f ms with the usual "
                "ones: %+.1f %% (%+.1f to %+.1f), aim %.0f %s\n",
                of.scan.c_str(), of.files, spread_of(of.bare.seconds).median * 1e3,
                spread_of(of.ruled.seconds).median * 1e3, (over.median - 1) * 100,
                (over.low - 1) * 100, (over.high - 1) * 100, (of.aim - 1) * 100,
                over.median <= of.aim ? "met" : "MISSED");
}

std::string to_json(machine const& where, std::vector<path_contender> const& all,
                    std::vector<share> const& scans) {
    auto const quoted = [](std::string const& text) { return '"' + text + '"'; };
    std::string text = "{\"date\":" + quoted(where.date) +
                       ",\"processor\":" + quoted(where.processor) +
                       ",\"kernel\":" + quoted(where.kernel) + ",\"matching\":[";
    for (auto const& one : all) {
        auto const time = one.nanoseconds();
        text += (text.ends_with('[') ? "\n" : ",\n");
        text += "{\"rules\":" + quoted(one.group) + ",\"who\":" + quoted(one.who.name) +
                ",\"paths\":" + std::to_string(one.paths) +
                ",\"found\":" + std::to_string(one.who.expected) +
                ",\"median_ns\":" + std::to_string(time.median) +
                ",\"low_ns\":" + std::to_string(time.low) +
                ",\"high_ns\":" + std::to_string(time.high) + "}";
    }
    text += "],\n\"scans\":[";
    for (auto const& one : scans) {
        auto const over = ratio(one.ruled, one.bare);
        text += (text.ends_with('[') ? "\n" : ",\n");
        text += "{\"scan\":" + quoted(one.scan) + ",\"files\":" + std::to_string(one.files) +
                ",\"ratio\":" + std::to_string(over.median) +
                ",\"low\":" + std::to_string(over.low) +
                ",\"high\":" + std::to_string(over.high) + "}";
    }
    return text + "]}\n";
}

int work(wishes const& how, std::string const& scratch) {
    auto const what = make_material(how.paths, how.seed);
    auto all = in_process(what);
    for (auto& one : beside_git(what, scratch)) all.push_back(std::move(one));
    std::vector<contender*> who;
    for (auto& one : all) who.push_back(&one.who);
    take_turns(who, how.rounds);
    auto const where = this_machine(scratch);
    print(where, all);
    std::vector<share> scans;
    if (how.files != 0) {
        std::printf("\n");
        scans = shares_of_scans(how.files, scratch, how.rounds);
        for (auto const& one : scans) print(one);
    }
    if (!how.json.empty()) std::ofstream{how.json} << to_json(where, all, scans);
    return 0;
}

} // namespace
} // namespace bench

int main(int count, char** arguments) try {
    auto const how = bench::wishes_of({arguments + 1, arguments + count});
    if (how.help) return std::fwrite(bench::usage.data(), 1, bench::usage.size(), stdout) == 0;
    char const* const folder = std::getenv("TMPDIR");
    return bench::with_scratch(folder ? folder : "/tmp", [&](std::string const& scratch) {
        return bench::work(how, scratch);
    });
} catch (std::exception const& error) {
    std::fprintf(stderr, "match: %s\n", error.what());
    return 2;
}
