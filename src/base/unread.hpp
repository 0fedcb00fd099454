#pragma once

#include <algorithm>
#include <string_view>
#include <system_error>

// Predicates for missing and unreadable paths of a tree. Inline, because the fakes use these
// functions from another library.
namespace restat::detail {

/// Returns whether an error means a missing name, or a directory in place of a named file.
inline bool is_absence(std::error_code error) noexcept {
    return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory ||
           error == std::errc::is_a_directory;
}

/// Returns whether `path` is `top` or below `top`. A path below "." has no leading ".".
template <class Path> // a string_view or a split_path
bool is_within(Path const& path, std::string_view top) noexcept {
    if (top == ".") return !path.starts_with("/") && path != ".." && !path.starts_with("../");
    if (!path.starts_with(top)) return false;
    return path.size() == top.size() || top.ends_with('/') || path[top.size()] == '/';
}

/// Returns whether findings in path order contain a finding for exactly this path. For example, a
/// scan searched for the path and found nothing; without a finding, the scan did not search.
template <class Path, class Findings>
bool is_reported(Path const& path, Findings const& all) {
    auto const before = [](auto const& one, Path const& wanted) {
        return path_less(one.path, wanted);
    };
    auto const at = std::lower_bound(all.begin(), all.end(), path, before);
    return at != all.end() && path == at->path;
}

} // namespace restat::detail
