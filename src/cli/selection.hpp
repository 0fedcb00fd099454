#pragma once

#include "settings.hpp"

#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/any_matcher.hpp>

namespace restat::cli {

/// Which paths count. The first line that applies decides:
///
/// | a path | is |
/// | --- | --- |
/// | that `-i`, `-x` or `--ignore-dir` names | not watched |
/// | that is a PATH itself | watched |
/// | that the default ignores name | not watched |
/// | that an ignore file leaves out, by the rules of git | not watched |
/// | for which one of `-e`, `-g`, `-r` speaks, or none of them was given | watched |
///
/// \errors throws `usage_error` with the pattern and the offset of a malformed one, and for a `-g`
/// that begins with `/` and names nothing below a PATH
any_matcher make_matcher(file_settings const& files);

/// A path as it is told, whichever way it was given.
std::string told_path(std::string_view path);

/// Where in a path as it is told the part below its PATH begins.
std::size_t below_of(std::string_view path, std::vector<std::string> const& paths);

/// What lies at and below the PATHs.
/// \errors throws `usage_error` for a PATH that is missing
tree_enumerator make_enumerator(file_settings const& files);

} // namespace restat::cli
