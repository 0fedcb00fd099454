#pragma once

#include <restat/matcher/gitignore_matcher.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// A `path_matcher` of the rules in a file, in the syntax of `.gitignore`. A rule with a slash
/// starts at each PATH.
class rule_file {
public:
    /// `name` is the file in explanations.
    rule_file(std::string_view rules, std::string name, std::vector<std::string> const& paths);

    verdict operator()(candidate const& path) const noexcept { return rules_(path); }
    explanation explain(candidate const& path) const;

private:
    gitignore_matcher rules_;
    std::string name_;
};

} // namespace restat::cli
