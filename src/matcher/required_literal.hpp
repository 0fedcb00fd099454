#pragma once

#include <restat/matcher/regex_matcher.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

// Texts of two bytes and more, of which one at least is in each path in which the pattern is
// found; empty if none are known. It knows only what it reads with certainty, and gives up at
// the rest of PCRE2's syntax.
std::vector<std::string> required_literals(std::string_view pattern, regex_options const& how);

} // namespace restat::detail
