#include <restat/options.hpp>

#include "default_ignores.hpp"

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

} // namespace restat
