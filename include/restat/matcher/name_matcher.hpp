#pragma once

#include <restat/matcher/path_matcher.hpp>

#include <string>
#include <vector>

namespace restat {

/// Exact names, not paths and not patterns, for `name_matcher`.
struct name_lists {
    std::vector<std::string> files = {}; ///< of whatever is no directory
    std::vector<std::string> directories = {};
};

/// A `path_matcher` of names: `include` for a file or directory whose last component is listed
/// for its kind; else `exclude` for a file, `none` for a directory.
///
///     !restat::name_matcher{restat::name_lists{.directories = {".git", "build"}}}
///
/// \cost a binary search a path
class RESTAT_EXPORT name_matcher {
public:
    explicit name_matcher(name_lists names);

    verdict operator()(candidate const& path) const noexcept;

private:
    name_lists names_; // each list ordered
};

} // namespace restat
