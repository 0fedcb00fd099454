#include "contenders.hpp"

#include <restat/matcher/gitignore_matcher.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/matcher/regex_matcher.hpp>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <fnmatch.h>

#include <algorithm>
#include <memory>

namespace bench {
namespace {

using restat::candidate;
using restat::matcher_ref;
using restat::verdict;

template <class Function>
path_contender make(std::string group, std::string name, material const& what, std::size_t paths,
                    Function matches) {
    path_contender made;
    made.group = std::move(group);
    made.who.name = std::move(name);
    made.paths = std::min(paths, what.paths.size());
    made.who.run = [&what, matches, count = made.paths] {
        std::size_t found = 0;
        for (std::size_t i = 0; i < count; ++i) found += matches(what.paths[i]);
        return found;
    };
    made.who.expected = made.who.run();
    return made;
}

/// Asked through a reference, as the enumerators ask.
template <class Matcher>
path_contender ours(std::string group, material const& what, Matcher matcher, verdict wanted,
                    std::optional<double> aim = {}) {
    auto const kept = std::make_shared<Matcher const>(std::move(matcher));
    auto made = make(std::move(group), "restat", what, what.paths.size(),
                     [kept, ref = matcher_ref{*kept}, wanted](std::string const& path) {
                         return ref(candidate{path}) == wanted;
                     });
    made.aim = aim;
    return made;
}

std::string_view name_of(std::string_view path) {
    return path.substr(path.find_last_of('/') + 1);
}

/// A glob without a `/` on the name, else on the path, in which `*` crosses directories, since
/// fnmatch has no `**`: what a loop around it would do.
path_contender by_fnmatch(std::string group, material const& what, std::size_t globs,
                          std::size_t paths) {
    return make(std::move(group), "fnmatch in a loop", what, paths,
                [all = what.some_globs(globs)](std::string const& path) {
                    auto const* const name = name_of(path).data();
                    return std::any_of(all.begin(), all.end(), [&](std::string const& glob) {
                        bool const whole = glob.find('/') != glob.npos;
                        return ::fnmatch(glob.c_str(), whole ? path.c_str() : name, 0) == 0;
                    });
                });
}

std::string expression_of(std::string_view glob) {
    std::string made = glob.find('/') == glob.npos ? "(?:^|/)" : "^";
    for (std::size_t i = 0; i < glob.size(); ++i) {
        if (glob.substr(i).starts_with("**/")) {
            made += "(?:[^/]+/)*";
            i += 2;
        } else if (glob.substr(i) == "**") {
            made += ".+";
            ++i;
        } else if (glob[i] == '*') {
            made += "[^/]*";
        } else if (glob[i] == '?') {
            made += "[^/]";
        } else {
            made += std::string_view{".+()"}.find(glob[i]) == std::string_view::npos ? "" : "\\";
            made += glob[i];
        }
    }
    return made + "$";
}

/// One expression of all, compiled to machine code; nothing if PCRE2 does not take it.
std::vector<path_contender> by_pcre2(std::string group, material const& what,
                                     std::vector<std::string> const& expressions) {
    std::string all;
    for (auto const& one : expressions) all += (all.empty() ? "(?:" : "|(?:") + one + ')';
    int error = 0;
    PCRE2_SIZE offset = 0;
    std::shared_ptr<pcre2_code> const code{
        pcre2_compile(reinterpret_cast<PCRE2_SPTR>(all.data()), all.size(),
                      PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY, &error, &offset, nullptr),
        &pcre2_code_free};
    if (!code || pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE) != 0) return {};
    std::shared_ptr<pcre2_match_data> const data{pcre2_match_data_create(1, nullptr),
                                                 &pcre2_match_data_free};
    auto const paths = expressions.size() < 50 ? what.paths.size() : what.paths.size() / 20;
    return {make(std::move(group), "PCRE2, one alternation", what, paths,
                 [code, data](std::string const& path) {
                     return pcre2_jit_match(code.get(), reinterpret_cast<PCRE2_SPTR>(path.data()),
                                            path.size(), 0, 0, data.get(), nullptr) >= 0;
                 })};
}

std::vector<std::string> expressions_of(std::vector<std::string> const& globs) {
    std::vector<std::string> made;
    for (auto const& glob : globs) made.push_back(expression_of(glob));
    return made;
}

} // namespace

spread path_contender::nanoseconds() const {
    auto times = who.seconds;
    for (double& one : times) one *= 1e9 / static_cast<double>(paths);
    return spread_of(std::move(times));
}

std::vector<path_contender> in_process(material const& what) {
    std::vector<path_contender> all;
    auto const add = [&](std::vector<path_contender> some) {
        std::move(some.begin(), some.end(), std::back_inserter(all));
    };
    auto const none = [](candidate const&) noexcept { return verdict::none; };
    all.push_back(ours("no rule", what, none, verdict::include));
    std::size_t const some = what.paths.size();
    using aims = std::optional<double>;
    for (auto const& [count, group, aim, paths] :
         {std::tuple{1, "1 glob", aims{50}, some},
          std::tuple{100, "100 globs", aims{}, some / 50},
          std::tuple{10'000, "10,000 globs", aims{200}, some / 5'000}}) {
        auto const globs = what.some_globs(static_cast<std::size_t>(count));
        all.push_back(ours(group, what, restat::glob_matcher{globs}, verdict::include, aim));
        all.push_back(by_fnmatch(group, what, globs.size(), paths));
        add(by_pcre2(group, what, expressions_of(globs)));
    }
    for (auto const count : {std::size_t{1}, what.regexes.size()}) {
        std::vector<std::string> const regexes{
            what.regexes.begin(), what.regexes.begin() + static_cast<std::ptrdiff_t>(count)};
        auto const group = std::to_string(count) + (count == 1 ? " regex" : " regexes");
        all.push_back(ours(group, what, restat::regex_matcher{regexes}, verdict::include));
        add(by_pcre2(group, what, regexes));
    }
    restat::gitignore_matcher rules;
    for (auto const& [directory, text] : what.ignore_files) {
        rules.add(text, directory.empty() ? "." : directory);
    }
    all.push_back(ours("ignore files", what, std::move(rules), verdict::exclude, 150.0));
    return all;
}

} // namespace bench
