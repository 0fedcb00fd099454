#pragma once

#include <algorithm>
#include <string>
#include <string_view>

// Inline, since the test kit uses these functions from another library.
namespace restat::detail {

/// Returns the canonical spelling of a path. Scans report a path in this spelling, and searches
/// use the same spelling to find the path. The result has no `.` component (`.` itself stays), no
/// doubled or trailing slash, and no `..` of the top directory.
///
///     ./a  a/  a//b  a/.  .//./a  /../a        ->  a  a  a/b  a  a  /a
///     x/../a  ../a                             ->  unchanged
///
/// `x/..` stays because only the kernel knows whether `x` is a symbolic link, and where its `..`
/// leads. An empty path stays empty.
inline std::string plain_path(std::string_view named) {
    std::string plain{named.starts_with('/') ? "/" : ""};
    bool const is_empty = named.empty();
    while (!named.empty()) {
        auto const name = named.substr(0, named.find('/'));
        named.remove_prefix(std::min(named.size(), name.size() + 1));
        bool const is_parent_of_top = name == ".." && plain == "/";
        if (name.empty() || name == "." || is_parent_of_top) continue;
        if (!plain.empty() && !plain.ends_with('/')) plain += '/';
        plain += name;
    }
    return plain.empty() && !is_empty ? "." : plain;
}

/// Returns the canonical spelling, in addition without each `x/..`, as if no `x` were a symbolic
/// link. A `..` at the start of a relative path stays.
///
///     s/../lib/./a  a/..  ../a/../b  ->  lib/a  .  ../b
inline std::string lexical_path(std::string_view named) {
    std::string const plain = plain_path(named);
    std::string made{plain.starts_with('/') ? "/" : ""};
    std::size_t fixed = made.size(); // the `/` or the `..` at the start
    std::string_view left = plain;
    while (!left.empty()) {
        auto const name = left.substr(0, left.find('/'));
        left.remove_prefix(std::min(left.size(), name.size() + 1));
        if (name.empty() || name == ".") continue;
        if (name == ".." && made == "/") continue;
        if (name == ".." && made.size() > fixed) {
            auto const above = made.find_last_of('/');
            made.resize(std::max(above == made.npos ? 0 : above, fixed));
            continue;
        }
        if (!made.empty() && !made.ends_with('/')) made += '/';
        made += name;
        if (name == "..") fixed = made.size();
    }
    return made.empty() && !plain.empty() ? "." : made;
}

/// Returns whether a path has this spelling already, as almost every path does. \cost no
/// allocation
inline bool is_plain_path(std::string_view path) noexcept {
    if (path == "." || path == "/") return true;
    if (path.ends_with('/') || path.starts_with("./") || path.ends_with("/.")) return false;
    return path.find("//") == path.npos && path.find("/./") == path.npos &&
           !path.starts_with("/../") && path != "/..";
}

/// Returns the directory above a path in this spelling, with its slash; the path may end in a
/// slash too. The result is empty above a relative path of a single name, and above `/`, so a
/// climbing loop ends at both.
inline std::string_view directory_above(std::string_view path) noexcept {
    if (path.size() < 2) return {};
    return path.substr(0, path.find_last_of('/', path.size() - 2) + 1);
}

} // namespace restat::detail
