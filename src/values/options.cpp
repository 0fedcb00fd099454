#include <restat/options.hpp>

#include "default_ignores.hpp"

#include <restat/error.hpp>

namespace restat {

std::vector<std::string> default_ignore_dirs() {
    std::vector<std::string> names;
    for (auto const& one : detail::default_ignores) {
        if (one.what == detail::ignored::directory) names.emplace_back(one.text);
    }
    return names;
}

std::vector<pattern> default_ignore_patterns() {
    std::vector<pattern> patterns;
    for (auto const& one : detail::default_ignores) {
        if (one.what == detail::ignored::pattern) patterns.emplace_back(one.text);
    }
    return patterns;
}

void detail::refuse_strategy_options(options const& from) {
    auto const refuse = [](char const* what) {
        throw_error(std::make_error_code(std::errc::not_supported), what);
    };
    if (from.compare != comparison::any) refuse("use options::compare with this strategy");
    if (from.ready != readiness::started) refuse("use options::ready with this strategy");
}

} // namespace restat
