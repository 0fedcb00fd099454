#include <restat/matcher/ignore_matcher.hpp>

#include "base/plain_path.hpp"

#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/name_matcher.hpp>
#include <restat/matcher/regex_matcher.hpp>

#include <algorithm>
#include <functional>
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

namespace {

constexpr char const* of_defaults = "default_ignores";

std::vector<pattern> patterns_of(options const& from) {
    auto all = from.ignore_patterns;
    if (!from.default_ignores) return all;
    for (auto& one : default_ignore_patterns()) {
        one.origin = of_defaults;
        all.push_back(std::move(one));
    }
    return all;
}

name_lists directories_of(options const& from) {
    return {.directories = from.ignore_dirs, .origin = "ignore_dirs"};
}

name_lists default_directories_of(options const& from) {
    return {.directories =
                from.default_ignores ? default_ignore_dirs() : std::vector<std::string>{},
            .origin = of_defaults};
}

/// Returns the tracked paths, sorted: a special file among them is watched.
std::vector<std::string> named_in(options const& from) {
    std::vector<std::string> named;
    for (auto const& path : from.track) named.push_back(detail::plain_path(path));
    std::sort(named.begin(), named.end());
    return named;
}

constexpr bool is_special(file_type type) noexcept {
    return type == file_type::socket || type == file_type::fifo || type == file_type::character ||
           type == file_type::block;
}

} // namespace

struct ignore_matcher::rules {
    rules(options const& from, pattern_fault& of_glob, pattern_fault& of_regex)
        : rules{from, patterns_of(from), of_glob, of_regex} {}
    rules(options const& from, std::vector<pattern> const& patterns, pattern_fault& of_glob,
          pattern_fault& of_regex)
        : directories{directories_of(from)}
        , default_directories{default_directories_of(from)}
        , globs{texts_of(patterns, pattern::syntax::glob),
                {.origins = origins_of(patterns, pattern::syntax::glob)},
                of_glob}
        , regexes{texts_of(patterns, pattern::syntax::regex),
                  {.origins = origins_of(patterns, pattern::syntax::regex)},
                  of_regex}
        , has_regexes{std::any_of(
              patterns.begin(), patterns.end(),
              [](pattern const& one) { return one.kind == pattern::syntax::regex; })}
        , excludes_special{from.default_ignores}
        , named{named_in(from)} {}

    bool is_unnamed_special(candidate const& path) const noexcept {
        return excludes_special && is_special(path.type) &&
               !std::binary_search(named.begin(), named.end(), path.path, std::less<>{});
    }

    bool excludes(candidate const& path) const noexcept {
        if (path.is_directory() && (directories(path) == verdict::include ||
                                    default_directories(path) == verdict::include)) {
            return true;
        }
        if (is_unnamed_special(path)) return true;
        return globs(path) == verdict::include ||
               (has_regexes && regexes(path) == verdict::include);
    }

    explanation explain(candidate const& path) const {
        for (auto const& why : {directories.explain(path), default_directories.explain(path),
                                globs.explain(path), regexes.explain(path)}) {
            if (why.says == verdict::include) return {verdict::exclude, why.rule, why.origin};
        }
        if (!is_unnamed_special(path)) return {};
        return {verdict::exclude, "sockets, FIFOs and devices", of_defaults};
    }

    name_matcher directories;
    name_matcher default_directories;
    glob_matcher globs;
    regex_matcher regexes;
    bool has_regexes;
    bool excludes_special;
    std::vector<std::string> named;
};

ignore_matcher::ignore_matcher(options const& from, pattern_fault& fault) {
    pattern_fault of_regex;
    rules_ = detail::make_owned<rules const>(from, fault, of_regex);
    if (!fault) fault = std::move(of_regex);
    if (!fault) return;
    options const nothing{.default_ignores = false};
    pattern_fault none;
    rules_ = detail::make_owned<rules const>(nothing, none, none);
}

ignore_matcher::ignore_matcher(options const& from) {
    pattern_fault fault;
    *this = ignore_matcher{from, fault};
    if (fault) detail::throw_error(std::move(fault));
}

verdict ignore_matcher::operator()(candidate const& path) const noexcept {
    return rules_->excludes(path) ? verdict::exclude : verdict::none;
}

explanation ignore_matcher::explain(candidate const& path) const { return rules_->explain(path); }

void ignore_matcher::faults(std::vector<finding>& into) const { rules_->regexes.faults(into); }

} // namespace restat
