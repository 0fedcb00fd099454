#pragma once

#include "base/unread.hpp"

#include <restat/split_path.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

// Paths of whole subtrees: each subtree came into view, or went out of view, without a change of
// its files. The paths are in order. Without steady paths in between, no path is below another
// path.
namespace restat::detail {

/// Puts paths in order and drops repeated paths.
inline void sort_unique(std::vector<std::string>& paths) {
    std::sort(paths.begin(), paths.end(), path_less);
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
}

/// Puts paths in order and drops each path below another path. With steady paths, drops only
/// equal paths.
inline void keep_tops(std::vector<std::string>& paths, std::vector<std::string> const& steady) {
    std::sort(paths.begin(), paths.end(), path_less);
    auto const covered = [&](std::string const& top, std::string const& path) {
        return steady.empty() ? is_within(path, top) : path == top;
    };
    paths.erase(std::unique(paths.begin(), paths.end(), covered), paths.end());
}

/// Returns whether any of the given paths, in order and none below another, holds a path. \cost a
/// search, and a second search for `.`, because some of its paths come before `.` in the order
template <class Path> // a string_view or a split_path
bool is_below_one(std::vector<std::string> const& tops, Path const& path) noexcept {
    auto const after = std::upper_bound(tops.begin(), tops.end(), path, path_less);
    if (after != tops.begin() && is_within(path, *std::prev(after))) return true;
    auto const dot = std::lower_bound(tops.begin(), tops.end(), ".", path_less);
    return dot != tops.end() && *dot == "." && is_within(path, ".");
}

/// Returns the depth of the innermost element of `tops` around a path; 0 if no element holds the
/// path.
template <class Path>
std::size_t depth_of(std::vector<std::string> const& tops, Path const& path) noexcept {
    std::size_t depth = 0;
    for (std::string const& one : tops) {
        if (is_within(path, one)) depth = std::max(depth, one == "." ? 1 : one.size() + 1);
    }
    return depth;
}

/// Returns whether the innermost path around a path is in `tops` and not in `steady`.
template <class Path>
bool is_covered(std::vector<std::string> const& tops, std::vector<std::string> const& steady,
                Path const& path) noexcept {
    if (tops.empty()) return false;
    if (steady.empty()) return is_below_one(tops, path);
    return depth_of(tops, path) > depth_of(steady, path);
}

} // namespace restat::detail
