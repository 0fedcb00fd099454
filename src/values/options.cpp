#include <restat/options.hpp>

#include "default_ignores.hpp"

#include <restat/error.hpp>

namespace restat {

std::vector<std::string> default_ignore_dirs() {
    std::vector<std::string> names;
    for (auto const& one : detail::default_ignores) {
        if (one.kind == detail::ignored::directory) names.emplace_back(one.text);
    }
    return names;
}

std::vector<pattern> default_ignore_patterns() {
    std::vector<pattern> patterns;
    for (auto const& one : detail::default_ignores) {
        if (one.kind == detail::ignored::pattern) patterns.emplace_back(one.text);
    }
    return patterns;
}

namespace {

template <class Value>
void refuse_set(options const& from, Value options::*member, char const* operation) {
    if (from.*member == options{}.*member) return;
    detail::throw_error(std::make_error_code(std::errc::not_supported), operation);
}

} // namespace

void detail::refuse_strategy_options(options const& from) {
    refuse_set(from, &options::grace, "use options::grace with this strategy");
    refuse_set(from, &options::guard, "use options::guard with this strategy");
    refuse_readiness(from);
}

void detail::refuse_readiness(options const& from) {
    refuse_set(from, &options::ready, "use options::ready with this strategy");
    refuse_set(from, &options::ready_limit, "use options::ready_limit with this strategy");
}

void detail::refuse_limit_of_nothing(options const& from) {
    if (from.ready != readiness::started) return;
    refuse_set(from, &options::ready_limit, "use options::ready_limit without options::ready");
}

} // namespace restat
