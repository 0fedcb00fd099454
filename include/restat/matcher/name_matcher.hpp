#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/matcher/path_matcher.hpp>
#endif

#include <string>
#include <vector>

namespace restat {

/// Exact names for a `name_matcher`: neither paths nor patterns.
struct name_lists {
    std::vector<std::string> files = {}; ///< names of files of every type except directories
    std::vector<std::string> directories = {};
    std::string origin = {}; ///< source of the names, for `explain`
};

#ifndef RESTAT_DISABLED
/// A `path_matcher` of names. Returns `include` for a file or directory whose last component is
/// listed for its kind; else `exclude` for a file, `none` for a directory.
///
///     !restat::name_matcher{restat::name_lists{.directories = {".git", "build"}}}
///
/// \cost one binary search per path
class RESTAT_EXPORT name_matcher {
public:
    /// Sorts the names.
    explicit name_matcher(name_lists names);

    verdict operator()(candidate const& path) const noexcept;
    /// Returns the listed name, with the origin of the list.
    explanation explain(candidate const& path) const;

private:
    name_lists names_; // both lists sorted
};

template <>
inline constexpr bool enable_matcher_logic<name_matcher> = true;
#endif

} // namespace restat
