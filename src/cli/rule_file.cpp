#include "rule_file.hpp"

#include "selection.hpp"

#include <utility>

namespace restat::cli {

rule_file::rule_file(std::string_view rules, std::string name,
                     std::vector<std::string> const& paths)
    : name_{std::move(name)} {
    for (auto const& path : paths) rules_.add(rules, printed_path(path));
}

// The matcher names the rule "src/.gitignore:3".
explanation rule_file::explain(candidate const& path) const {
    auto why = rules_.explain(path);
    auto const line = why.origin.rfind(':');
    if (line != why.origin.npos) why.origin = name_ + why.origin.substr(line);
    return why;
}

} // namespace restat::cli
