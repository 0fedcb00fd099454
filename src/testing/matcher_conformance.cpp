#include <restat/testing/conformance.hpp>

#include "base/quoted.hpp"
#include "duration_of.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>

namespace restat::testing {
namespace {

// An allowance for a busy machine.
constexpr std::chrono::milliseconds match_limit{100};

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    while (times-- > 0) all += text;
    return all;
}

} // namespace

std::vector<std::string> sample_paths() {
    return {
        "main.cpp",
        "src/main.cpp",
        "src/.hidden",
        "/usr/include/a.h",
        "build",
        "build/x/y.o",
        "a",
        ".",
        "-",
        "a b",
        "name\nwith\nlines",
        "\x1b[31m",
        "\xff\xfe",
        "*",
        "[",
        "\\",
        "src/",
        std::string(255, 'a'),             // the longest name
        repeated("directory/", 400) + "f", // longer than the longest path
        repeated("a/", 30) + "b",          // for 30 repetitions of **/
        std::string(64, 'a') + '!',        // for (a*)*b
    };
}

namespace detail {
namespace {

struct question {
    std::string path;
    file_type type;
    verdict answer;
};

verdict ask_about(match const& ask, std::string const& path, file_type type) {
    return ask({path, 0, type});
}

bool is_verdict(verdict answer) {
    return answer == verdict::exclude || answer == verdict::none || answer == verdict::include;
}

void check_speed(match const& ask, std::string const& path, sentences& wrong) {
    auto took = std::chrono::nanoseconds::max();
    for (int i = 0; i < 3 && took > match_limit; ++i) {
        took = std::min(took, duration_of([&] { ask_about(ask, path, file_type::regular); }));
    }
    if (took > match_limit)
        wrong.push_back("takes more than 100 ms for " + restat::detail::quoted(path));
}

std::vector<question> first_answers(match const& ask, std::vector<std::string> const& paths,
                                    sentences& wrong) {
    std::vector<question> asked;
    for (auto const& path : paths) {
        for (auto const type : {file_type::regular, file_type::directory, file_type::symlink}) {
            asked.push_back({path, type, ask_about(ask, path, type)});
            if (is_verdict(asked.back().answer)) continue;
            wrong.push_back("returns an invalid verdict for " + restat::detail::quoted(path));
        }
    }
    return asked;
}

void check_again(match const& ask, std::vector<question> const& asked, sentences& wrong) {
    for (auto at = asked.rbegin(); at != asked.rend(); ++at) {
        if (ask_about(ask, at->path, at->type) == at->answer) continue;
        wrong.push_back("changes its verdict on " + restat::detail::quoted(at->path) +
                        " without a reason");
    }
}

void check_threads(match const& ask, std::vector<question> const& asked, sentences& wrong) {
    std::mutex mutex;
    std::set<std::string> changed;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (auto const& [path, type, answer] : asked) {
                    if (ask_about(ask, path, type) == answer) continue;
                    std::lock_guard const lock{mutex};
                    changed.insert(path);
                }
            });
        }
    }
    for (auto const& path : changed) {
        wrong.push_back("returns a different verdict on " + restat::detail::quoted(path) +
                        " from several threads");
    }
}

void check_previous(match const& previous, std::vector<question> const& asked, sentences& wrong) {
    for (auto const& [path, type, answer] : asked) {
        if (ask_about(previous, path, type) == answer) continue;
        wrong.push_back("has another previous verdict on " + restat::detail::quoted(path) +
                        " though no rules have changed");
    }
}

void check_explained(explained const& explain, std::vector<question> const& asked,
                     sentences& wrong) {
    for (auto const& [path, type, answer] : asked) {
        if (explain({path, 0, type}).says == answer) continue;
        wrong.push_back("explains a different verdict on " + restat::detail::quoted(path) +
                        " than it returns");
    }
}

void check_faults(collect const& faults, sentences& wrong) {
    std::vector<finding> found{{"sentinel", {}, "match"}};
    faults(found);
    if (found.empty() || found.front().path != "sentinel") {
        wrong.emplace_back("faults() replaces earlier findings instead of appending");
    }
    std::vector<finding> again;
    faults(again);
    if (!again.empty()) wrong.emplace_back("faults() reports the same fault twice");
}

} // namespace

sentences check_matcher(matcher_calls const& matcher, std::vector<std::string> const& paths) {
    auto const& [ask, previous, explain, faults] = matcher;
    sentences wrong;
    for (auto const& path : paths) check_speed(ask, path, wrong);
    if (!wrong.empty()) return wrong; // the other checks would take too long
    auto const asked = first_answers(ask, paths, wrong);
    check_again(ask, asked, wrong);
    check_threads(ask, asked, wrong);
    check_previous(previous, asked, wrong);
    check_explained(explain, asked, wrong);
    check_faults(faults, wrong);
    return wrong;
}

} // namespace detail

sentences check_reachable(matcher_ref matcher, std::vector<std::string> const& paths) {
    sentences wrong;
    for (std::string_view const path : paths) {
        if (matcher({path, 0, file_type::regular}) != verdict::include) continue;
        for (auto end = path.find('/', 1); end != path.npos; end = path.find('/', end + 1)) {
            if (watches(matcher({path.substr(0, end), 0, file_type::directory}))) continue;
            wrong.push_back(
                "includes " + restat::detail::quoted(path) + " but excludes the directory " +
                restat::detail::quoted(path.substr(0, end)) + ", so a scan never finds the file");
        }
    }
    return wrong;
}

} // namespace restat::testing
