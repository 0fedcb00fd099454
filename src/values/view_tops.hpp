#pragma once

#include "base/unread.hpp"
#include "stepwise_sort.hpp"

#include <restat/split_path.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Paths of whole subtrees: each subtree came into view, or went out of view, without a change of
// its files. The paths are in order, each once.
namespace restat::detail {

/// Puts paths in order and drops repeated paths, a few at a time.
class unique_sort {
public:
    /// Takes the next step. Returns false at the end. The paths must not change between two steps.
    /// \errors throws `std::bad_alloc`
    bool step(std::vector<std::string>& paths) {
        if (sort_.step(paths, path_less)) return true;
        auto const end = std::min(paths.size(), next_ + paths_a_step);
        for (; next_ < end; ++next_) {
            if (kept_ > 0 && paths[kept_ - 1] == paths[next_]) continue;
            if (kept_ != next_) paths[kept_] = std::move(paths[next_]);
            ++kept_;
        }
        if (next_ < paths.size()) return true;
        paths.resize(kept_);
        return false;
    }
    /// Returns the paths of a sort given up, except for those that are still in the vector.
    std::vector<std::string>& rest() noexcept { return sort_.merged(); }

private:
    static constexpr std::size_t paths_a_step = 64;

    stepwise_sort<std::string> sort_;
    std::size_t next_ = 0;
    std::size_t kept_ = 0; // number of different paths
};

/// Puts paths in order and drops repeated paths.
inline void sort_unique(std::vector<std::string>& paths) {
    unique_sort sort;
    while (sort.step(paths)) continue;
}

/// Returns the depth of the innermost element of `tops` around a path; 0 if no element holds the
/// path. \cost a search for each directory above the path
template <class Path> // a string_view or a split_path
std::size_t depth_of(std::vector<std::string> const& tops, Path const& path) noexcept {
    auto after = std::upper_bound(tops.begin(), tops.end(), path, path_less);
    while (after != tops.begin()) {
        std::string_view const before = *--after;
        if (is_within(path, before)) return before == "." ? 1 : before.size() + 1;
        std::size_t same = 0; // each other element around the path is around this one, too
        while (same < before.size() && same < path.size() && before[same] == path[same]) ++same;
        auto const above = before.substr(0, same).find_last_of('/');
        if (above == before.npos) break;
        after = std::upper_bound(tops.begin(), after, before.substr(0, above + 1), path_less);
    }
    bool const has_dot = std::binary_search(tops.begin(), tops.end(), ".", path_less);
    return has_dot && is_within(path, ".") ? 1 : 0;
}

/// Returns whether the innermost path around a path is in `tops` and not in `steady`.
template <class Path>
bool is_covered(std::vector<std::string> const& tops, std::vector<std::string> const& steady,
                Path const& path) noexcept {
    return !tops.empty() && depth_of(tops, path) > depth_of(steady, path);
}

} // namespace restat::detail
