#pragma once

#include <algorithm>
#include <string_view>
#include <system_error>

// What is not known of a tree. Inline, since the fakes use it from another library.
namespace restat::detail {

/// Whether an error says that there is nothing of that name, or a directory where a file was named.
inline bool is_absence(std::error_code error) noexcept {
    return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory ||
           error == std::errc::is_a_directory;
}

/// Whether `path` is `top` or below it. What is below "." is spelled without it.
template <class Path> // a string_view or a split_path
bool is_within(Path const& path, std::string_view top) noexcept {
    if (top == ".") return !path.starts_with("/") && path != ".." && !path.starts_with("../");
    if (!path.starts_with(top)) return false;
    return path.size() == top.size() || top.ends_with('/') || path[top.size()] == '/';
}

/// Whether something is said of just this path in findings that are in order: that a scan looked
/// for it and found nothing, say, rather than did not look.
template <class Path, class Findings>
bool is_told_of(Path const& path, Findings const& all) {
    auto const before = [](auto const& one, Path const& wanted) {
        return path_less(one.path, wanted);
    };
    auto const at = std::lower_bound(all.begin(), all.end(), path, before);
    return at != all.end() && path == at->path;
}

} // namespace restat::detail
