#include <restat/matcher/explanation.hpp>

#include "base/quoted.hpp"

#include <restat/escape.hpp>

#include <utility>

namespace restat {
namespace detail {
namespace {

std::string join_origins(std::string one, std::string const& two) {
    if (one.empty()) return two;
    return two.empty() || one == two ? one : std::move(one) + " or " + two;
}

} // namespace

// Joins explanations with the combined verdict on either side: returns the first explanation with
// this verdict and a rule.
explanation join(explanation one, explanation two, verdict said) {
    if (one.says != said) return two;
    if (two.says != said || !one.rule.empty()) return one;
    if (two.rule.empty()) two.origin = join_origins(std::move(one.origin), two.origin);
    return two;
}

} // namespace detail

namespace {

std::string sentence_of_rule(explanation const& by) {
    return by.origin.empty() ? detail::quoted(by.rule)
                             : detail::quoted(by.rule) + " (" + escape(by.origin) + ')';
}

std::string sentence_of_none(path_explanation const& why) {
    auto const& origin = why.decided.origin;
    auto const rule = origin.empty() ? "no rule" : "no rule of " + escape(origin);
    return rule + (why.watched() ? " excludes it" : " includes it");
}

} // namespace

std::string to_string(path_explanation const& of) {
    auto const begin = detail::quoted(of.path) +
                       (of.watched() ? " is watched because " : " is not watched because ");
    auto const& by = of.decided;
    if (!of.pruned.empty()) {
        auto const directory = "its directory " + detail::quoted(of.pruned) + " is excluded";
        return begin + directory + (by.rule.empty() ? "" : " by " + sentence_of_rule(by));
    }
    return by.rule.empty() ? begin + sentence_of_none(of) : begin + "of " + sentence_of_rule(by);
}

} // namespace restat
