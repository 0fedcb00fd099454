#include "oracle/configuration.hpp"

#include "oracle/dice.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <sstream>

namespace oracle {
namespace {

using namespace std::chrono_literals;

struct root_choice {
    std::vector<std::string> roots;
    char const* directory = "";
};

// Each with the directory that is current when the reloader is made.
std::vector<root_choice> const root_choices{
    {{"t"}},
    {{"@/t"}},
    {{"."}, "t"},
    {{"./t/"}},
    {{"t/a", "t"}},
    {{"t", "t/a"}},
    {{"t/a/b", "t/c"}},
    {{"t/a/b", "t/a", "t"}},
    {{"@/t/a", "t"}},
    {{"t", "@/t/a"}},
    {{"t/f0"}},
    {{"@/t/f0"}},
    {{"t/a/f0", "t"}},
    {{"t", "t/a/f0"}},
    {{"missing", "t/c"}},
    {{"tl"}},
    {{"../c", "../a"}, "t/k"},
    {{"t//a", "t/c/."}},
    {{"t/../t/a", "o"}},
    {{"..", "@/o"}, "t/k"},
    {{"@/missing/deep", "@/t//a/"}},
    {{"t/a", "t/c", "o/p", "t/f1"}},
    {{"t/", "@//t/./a"}},
    {{"t/l0", "t/c"}},
};

verb verb_of(unsigned dots) {
    constexpr std::array all{verb::poll,     verb::poll_for, verb::poll_for,     verb::run,
                             verb::poll_for, verb::poll,     verb::run_in_slices};
    return all[dots % all.size()];
}

std::chrono::nanoseconds budget_of(unsigned dots) {
    constexpr std::array<std::chrono::nanoseconds, 6> all{0us, 20us, 100us, 300us, 1ms, 5ms};
    return all[dots % all.size()];
}

rules rules_of(dice& from) {
    constexpr std::array all{rules::none, rules::none, rules::no_temporaries, rules::no_a,
                             rules::gitignore};
    return all[from.below(all.size())];
}

// Rules of a repository above a root that is named apart are another subject.
bool is_plain(std::vector<std::string> const& roots) {
    return roots.size() == 1 && roots[0].find("f0") == std::string::npos && roots[0] != "tl";
}

void choose_events(configuration& into, dice& from) {
    into.refuses = from.one_in(4);
    into.throws = from.one_in(5);
    into.changes_roots = from.one_in(4);
    into.changes_cwd = from.one_in(4);
    into.pins = from.one_in(4);
    bool const by_hand = into.how == verb::poll || into.how == verb::poll_for;
    into.mixes_verbs = by_hand && from.one_in(4);
    into.at_once = from.one_in(3);
    into.in_scans = by_hand && !into.at_once && into.threads == 1 && from.one_in(2) &&
                    into.which != rules::gitignore;
    into.asks_matcher = from.one_in(4);
    into.max_wait = from.one_in(4) ? 50ms : 20s;
}

char const* name_of(verb of) {
    constexpr std::array names{"poll", "poll_for", "run", "run in slices"};
    return names[static_cast<std::size_t>(of)];
}

} // namespace

std::vector<known_fault> const known_faults{
    // Each with its name and the reason; none at present.
};

bool configuration::provokes(char const* fault) const {
    return std::none_of(left_out.begin(), left_out.end(),
                        [&](char const* one) { return std::strcmp(one, fault) == 0; });
}

void leave_out(configuration& from, known_fault const& fault) {
    from.left_out.push_back(fault.name);
}

configuration make_configuration(unsigned number) {
    dice from{number + 1000};
    auto const& roots = root_choices[number % root_choices.size()];
    configuration made;
    made.number = number;
    made.roots = roots.roots;
    made.directory = roots.directory;
    made.how = verb_of(number / 5);
    made.budget = budget_of(number / 3);
    made.threads = std::array<std::size_t, 3>{1, 2, 4}[from.below(3)];
    made.which = rules_of(from);
    if (made.which == rules::gitignore && !is_plain(made.roots)) made.which = rules::none;
    made.follows = made.which != rules::gitignore && from.one_in(3);
    if (number % 19 == 7) {
        made.source = files_from::list;
        made.roots = {"t/f0", "@/t/a/f1", "t/l0", "missing/f", "./t//c/f2.o"};
        made.directory.clear();
    } else if (number % 19 == 11) {
        made.source = files_from::list_and_tree;
        if (made.which == rules::no_a) made.which = rules::none;
    }
    choose_events(made, from);
    return made;
}

std::string to_string(configuration const& of) {
    std::ostringstream line;
    line << (of.source == files_from::tree   ? "tree"
             : of.source == files_from::list ? "list"
                                             : "list and tree");
    for (auto const& root : of.roots) line << ' ' << root;
    if (!of.directory.empty()) line << " (in " << of.directory << ')';
    line << ", " << name_of(of.how);
    if (of.how == verb::poll_for || of.how == verb::run_in_slices)
        line << ' ' << of.budget.count() / 1000 << " us";
    constexpr std::array rule_names{"", ", no *.tmp", ", no a", ", gitignore"};
    line << rule_names[static_cast<std::size_t>(of.which)] << ", " << of.threads << " threads";
    auto const say = [&](bool is_so, char const* what) {
        if (is_so) line << ", " << what;
    };
    say(of.follows, "follows links");
    say(of.refuses, "refuses");
    say(of.throws, "throws");
    say(of.changes_roots, "changes roots");
    say(of.changes_cwd, "changes directory");
    say(of.pins, "pins");
    say(of.asks_matcher, "asks for the matcher");
    say(of.mixes_verbs, "mixes verbs");
    say(of.at_once, "operations at once");
    say(of.in_scans, "operations in scans");
    say(of.max_wait < 1s, "short max_wait");
    return line.str();
}

} // namespace oracle
