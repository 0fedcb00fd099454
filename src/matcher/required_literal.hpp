#pragma once

#include <restat/matcher/regex_matcher.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

// Returns texts of two bytes or more. A path without any of these texts cannot match. Returns no
// text if none is known: the reader handles only the safe part of PCRE2's syntax.
std::vector<std::string> required_literals(std::string_view pattern, regex_options const& how);

} // namespace restat::detail
