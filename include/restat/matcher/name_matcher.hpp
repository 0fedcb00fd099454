#pragma once

#include <restat/matcher/explanation.hpp>

#include <string>
#include <vector>

namespace restat {

/// Exact names, not paths and not patterns, for `name_matcher`.
struct name_lists {
    std::vector<std::string> files = {}; ///< of whatever is no directory
    std::vector<std::string> directories = {};
    std::string origin = {}; ///< where they came from, for `explain`
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
    explanation explain(candidate const& path) const;

private:
    name_lists names_; // each list ordered
};

} // namespace restat
