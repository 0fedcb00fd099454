// Ignore files: whatever the bytes, a path gets the same verdict with and without rules that have
// nothing to say to it, and below a directory; and the explanation names a line that is there.
#include "input.hpp"

#include <restat/matcher/gitignore_matcher.hpp>

#include <algorithm>

using restat::file_type;
using restat::gitignore_matcher;
using restat::verdict;

namespace {

gitignore_matcher with(std::string const& rules, std::string const& directory = ".") {
    gitignore_matcher made;
    made.add(rules, directory);
    return made;
}

/// Rules of each kind that match nothing here, in front; a mark of UTF-8 stays in front of them.
std::string among_others(std::string const& rules) {
    constexpr std::string_view mark = "\xef\xbb\xbf";
    bool const marked = rules.starts_with(mark);
    std::string all{marked ? mark : ""};
    for (int i = 0; i < 12; ++i) {
        auto const n = std::to_string(i);
        all += "no\x01" + n + "\n*.\x01" + n + "\n/no/\x01" + n + "\nno*\x01*" + n + "\n";
    }
    return all + rules.substr(marked ? mark.size() : 0);
}

/// A rule is a line of the file, less what stands at its end.
void check_rule(restat::explanation const& why, std::string const& rules) {
    fuzz::demand(why.rule.empty() == (why.says == verdict::none), "decided by no rule", why.rule);
    fuzz::demand(rules.find(why.rule) != rules.npos, "a rule that is not there", why.rule);
    if (why.rule.empty()) return;
    auto const colon = why.origin.rfind(':');
    fuzz::demand(colon != why.origin.npos, "no line is named", why.origin);
    auto const line = std::strtoul(why.origin.c_str() + colon + 1, nullptr, 10);
    auto const lines = std::count(rules.begin(), rules.end(), '\n') + 1;
    fuzz::demand(line >= 1 && line <= static_cast<unsigned long>(lines),
                 "a line that is not there", why.origin);
}

} // namespace

// The rules are what stands before a line of three dashes; then come paths.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size) {
    std::string const text{reinterpret_cast<char const*>(bytes), size};
    auto const divider = std::min(text.find("\n---\n"), text.size());
    auto const rules = text.substr(0, divider);
    auto const rest = text.substr(std::min(text.size(), divider + 5));
    fuzz::input given{reinterpret_cast<std::uint8_t const*>(rest.data()), rest.size()};

    auto const alone = with(rules);
    auto const among = with(among_others(rules));
    auto const below = with(rules, "some/where");
    auto const end_of_first = rules.find('\n');
    for (auto const& path : fuzz::paths_for(rules.substr(0, end_of_first), given)) {
        bool const odd = path.starts_with('/') || path.find('\x01') != path.npos ||
                         ("/" + path + "/").find("/../") != std::string::npos ||
                         ("/" + path + "/").find("/./") != std::string::npos;
        if (odd) continue;
        for (auto const type : {file_type::regular, file_type::directory}) {
            auto const says = fuzz::ask(alone, path, type);
            check_rule(alone.explain({path, 0, type}), rules);
            fuzz::demand(fuzz::ask(among, path, type) == says, "differs among others", rules,
                         path);
            bool const same = fuzz::ask(below, "some/where/" + path, type) == says;
            fuzz::demand(same, "differs below a directory", rules, path);
        }
    }
    return 0;
}
