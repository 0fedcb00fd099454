#pragma once

#include "unread.hpp"

#include <restat/split_path.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

// Paths that stand for everything at and below them: what came into view, or went out of it,
// without having changed. They are in order. Where nothing in between is steady, none is below
// another.
namespace restat::detail {

/// Puts paths in order and drops those that are below another, unless something is steady.
inline void keep_tops(std::vector<std::string>& paths, std::vector<std::string> const& steady) {
    std::sort(paths.begin(), paths.end(), path_less);
    auto const covered = [&](std::string const& top, std::string const& path) {
        return steady.empty() ? is_within(path, top) : path == top;
    };
    paths.erase(std::unique(paths.begin(), paths.end(), covered), paths.end());
}

/// Whether one of some paths that are in order, none below another, holds a path. \cost a search;
/// `.` comes after some paths that it holds, so it is searched for by itself
template <class Path> // a string_view or a split_path
bool is_below_one(std::vector<std::string> const& tops, Path const& path) noexcept {
    auto const after = std::upper_bound(tops.begin(), tops.end(), path, path_less);
    if (after != tops.begin() && is_within(path, *std::prev(after))) return true;
    auto const dot = std::lower_bound(tops.begin(), tops.end(), ".", path_less);
    return dot != tops.end() && *dot == "." && is_within(path, ".");
}

/// How deep the innermost of some paths is that holds a path; 0 if none does.
template <class Path>
std::size_t depth_of(std::vector<std::string> const& tops, Path const& path) noexcept {
    std::size_t depth = 0;
    for (std::string const& one : tops) {
        if (is_within(path, one)) depth = std::max(depth, one == "." ? 1 : one.size() + 1);
    }
    return depth;
}

/// Whether the innermost path that holds a path is one of the tops and not one of `steady`.
template <class Path>
bool is_covered(std::vector<std::string> const& tops, std::vector<std::string> const& steady,
                Path const& path) noexcept {
    if (tops.empty()) return false;
    if (steady.empty()) return is_below_one(tops, path);
    return depth_of(tops, path) > depth_of(steady, path);
}

} // namespace restat::detail
