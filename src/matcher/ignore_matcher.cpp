#include <restat/matcher/ignore_matcher.hpp>

#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/name_matcher.hpp>
#include <restat/matcher/regex_matcher.hpp>

#include <algorithm>
#include <utility>

namespace restat {
namespace {

std::vector<std::string> texts_of(std::vector<pattern> const& patterns, pattern::syntax kind) {
    std::vector<std::string> texts;
    for (auto const& one : patterns) {
        if (one.kind == kind) texts.push_back(one.text);
    }
    return texts;
}

std::vector<std::string> origins_of(std::vector<pattern> const& patterns, pattern::syntax kind) {
    std::vector<std::string> origins;
    for (auto const& one : patterns) {
        if (one.kind != kind) continue;
        origins.push_back(one.origin.empty() ? "ignore_patterns" : one.origin);
    }
    return origins;
}

} // namespace

struct ignore_matcher::rules {
    rules(options const& from, pattern_fault& of_glob, pattern_fault& of_regex)
        : directories{name_lists{.directories = from.ignore_dirs, .origin = "ignore_dirs"}}
        , globs{texts_of(from.ignore_patterns, pattern::syntax::glob),
                {.origins = origins_of(from.ignore_patterns, pattern::syntax::glob)},
                of_glob}
        , regexes{texts_of(from.ignore_patterns, pattern::syntax::regex),
                  {.origins = origins_of(from.ignore_patterns, pattern::syntax::regex)},
                  of_regex}
        , has_regexes{std::any_of(
              from.ignore_patterns.begin(), from.ignore_patterns.end(),
              [](pattern const& one) { return one.kind == pattern::syntax::regex; })} {}

    bool leave_out(candidate const& path) const noexcept {
        if (path.is_directory() && directories(path) == verdict::include) return true;
        return globs(path) == verdict::include ||
               (has_regexes && regexes(path) == verdict::include);
    }

    explanation explain(candidate const& path) const {
        for (auto const& why :
             {directories.explain(path), globs.explain(path), regexes.explain(path)}) {
            if (why.says == verdict::include) return {verdict::exclude, why.rule, why.origin};
        }
        return {};
    }

    name_matcher directories;
    glob_matcher globs;
    regex_matcher regexes;
    bool has_regexes;
};

ignore_matcher::ignore_matcher(options const& from, pattern_fault& fault) {
    pattern_fault of_regex;
    rules_ = detail::make_owned<rules const>(from, fault, of_regex);
    if (!fault) fault = std::move(of_regex);
    if (!fault) return;
    options const nothing{.ignore_patterns = {}, .ignore_dirs = {}};
    pattern_fault none;
    rules_ = detail::make_owned<rules const>(nothing, none, none);
}

ignore_matcher::ignore_matcher(options const& from) {
    pattern_fault fault;
    *this = ignore_matcher{from, fault};
    if (fault) detail::throw_error(std::move(fault));
}

verdict ignore_matcher::operator()(candidate const& path) const noexcept {
    return rules_->leave_out(path) ? verdict::exclude : verdict::none;
}

explanation ignore_matcher::explain(candidate const& path) const { return rules_->explain(path); }

void ignore_matcher::faults(std::vector<finding>& into) const { rules_->regexes.faults(into); }

} // namespace restat
