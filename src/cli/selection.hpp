#pragma once

#include "settings.hpp"

#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/any_matcher.hpp>

namespace restat::cli {

/// Returns the matcher of watched paths. The first line that applies decides:
///
/// | path | result |
/// | --- | --- |
/// | lies below the levels of `-d` | not watched |
/// | matches `-i`, `-x` or `--ignore-dir` | not watched |
/// | is a PATH itself | watched |
/// | matches the default ignores | not watched |
/// | is excluded by an `--ignore-file`, or by the rules of git | not watched |
/// | matches any `-e`, `-g` or `-r`, or no such option was given | watched |
///
/// \errors throws `usage_error` with the pattern and the offset of a malformed pattern, and for a
/// `-g` that begins with `/` and matches no path below a PATH
any_matcher make_matcher(file_settings const& files);

/// Returns a path as printed: in its canonical spelling, however it was given.
std::string printed_path(std::string_view path);

/// Returns the offset in a printed path where the part below its PATH begins.
std::size_t below_of(std::string_view path, std::vector<std::string> const& paths);

/// Returns the enumerator of the PATHs and the files below.
/// \errors throws `usage_error` for a missing PATH of the command line, and if no PATH exists
tree_enumerator make_enumerator(file_settings const& files);

} // namespace restat::cli
