#pragma once

#include <restat/error.hpp>
#include <restat/matcher/path_matcher.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

/// What a target is given: lines, of which the last may hold newlines.
class input {
public:
    input(std::uint8_t const* bytes, std::size_t size)
        : rest_{reinterpret_cast<char const*>(bytes), size} {}

    std::string line() {
        auto const end = rest_.find('\n');
        std::string const text{rest_.substr(0, end)};
        rest_.remove_prefix(end < rest_.size() ? end + 1 : rest_.size());
        return text;
    }
    std::string rest() const { return std::string{rest_}; }
    bool empty() const noexcept { return rest_.empty(); }

private:
    std::string_view rest_;
};

/// Ends the run, and so has the input kept, unless `holds`.
inline void demand(bool holds, char const* what, std::string_view one,
                   std::string_view two = {}) {
    if (holds) return;
    std::fprintf(stderr, "%s: '%.*s', '%.*s'\n", what, static_cast<int>(one.size()), one.data(),
                 static_cast<int>(two.size()), two.data());
    std::abort();
}

/// A refusal is complete: which pattern, where in it, and why.
inline void check_fault(restat::pattern_fault const& fault, std::string_view pattern) {
    demand(fault.pattern == pattern, "another pattern is blamed", fault.pattern, pattern);
    demand(fault.offset <= pattern.size(), "the offset is outside", pattern, fault.reason);
    demand(!fault.reason.empty(), "there is no reason", pattern);
    demand(!to_string(fault).empty(), "there is no sentence", pattern);
}

/// A path as a scan would tell it; empty if it would not.
inline std::string path_of(std::string text) {
    if (text.find('\0') != text.npos || text.find("//") != text.npos) return {};
    while (text.size() > 1 && text.ends_with('/')) text.pop_back();
    bool const odd = text.starts_with("./") || text == "." || text == "/";
    return odd ? std::string{} : text;
}

/// The lines that are left, and what the pattern itself suggests: without its wildcards, with a
/// letter for each, and without what stands before each too. Chance alone seldom finds a match.
inline std::vector<std::string> paths_for(std::string_view pattern, input& given) {
    std::vector<std::string> paths{"", "", ""};
    for (char const c : pattern) {
        if (std::string_view{"*?+{}()[]|^$\\"}.find(c) == std::string_view::npos) {
            for (auto& path : paths) path += c;
        } else {
            paths[1] += 'a';
            if (!paths[2].empty()) paths[2].pop_back();
        }
    }
    while (!given.empty()) paths.push_back(given.line());
    for (auto& path : paths) path = path_of(path);
    std::erase(paths, "");
    return paths;
}

/// What each matcher owes: the same verdict again, and an explanation that agrees with it.
template <class Matcher>
restat::verdict ask(Matcher const& matcher, std::string const& path,
                    restat::file_type type = restat::file_type::regular) {
    restat::candidate const asked{path, 0, type};
    auto const says = matcher(asked);
    auto const copy = matcher;
    demand(copy(asked) == says, "a copy says otherwise", path);
    demand(matcher.explain(asked).says == says, "the explanation says otherwise", path);
    return says;
}

} // namespace fuzz
