#pragma once

#include <restat/stat_record.hpp>

#include <cstddef>
#include <string_view>

/// The question to a matcher, a candidate, and the answers.
namespace restat {

/// The decision of a matcher about a single path. The values are ordered: `&` takes the least,
/// `|` the greatest, `!` the mirror.
enum class verdict : signed char {
    exclude = -1, ///< not watched; a directory is not even opened
    none = 0,     ///< no rule applies; alone, the path is watched
    include = 1,
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(verdict of) noexcept {
    using enum verdict;
    switch (of) {
    case exclude: return "exclude";
    case none: return "none";
    case include: return "include";
    }
    return "invalid";
}

/// A path that may be watched, or a directory that may be opened.
struct candidate {
    std::string_view path;               ///< as delivered: the root, `/`, and the part below
    std::size_t below = 0;               ///< offset in `path` where the part below the root
                                         ///< begins
    file_type type = file_type::regular; ///< `directory` asks whether to open this directory
    /// Whether the user named this file itself, so that rules which lie in directories do not
    /// apply.
    bool named = false;

    /// Returns the part below the root; for a path named by the user, its last component.
    constexpr std::string_view relative() const noexcept { return path.substr(below); }
    /// Returns the last component; empty for a path with a final `/`, such as the root `/`. Sources
    /// of the library use `detail::subject`, from `src/matcher/subject.hpp`, which drops this `/`.
    constexpr std::string_view name() const noexcept {
        return path.substr(path.find_last_of('/') + 1);
    }
    /// Returns whether the matcher decides about opening a directory.
    constexpr bool is_directory() const noexcept { return type == file_type::directory; }
};

/// The answer of a matcher when a scan enters a directory.
enum class directory_rules : unsigned char {
    no_rules, ///< holds no rules; enter again only when its names change
    rules,    ///< holds rules; enter again in each scan
    changed,  ///< rules changed: verdicts below may differ from the previous scan
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(directory_rules of) noexcept {
    using enum directory_rules;
    switch (of) {
    case no_rules: return "no_rules";
    case rules: return "rules";
    case changed: return "changed";
    }
    return "invalid";
}

/// Returns whether a path with this verdict, and no other, is watched.
constexpr bool watches(verdict of) noexcept { return of != verdict::exclude; }

namespace detail {

// Returns the verdict of a matcher of wanted files. A directory that is not found gets `none`,
// since it may contain files that are. A found directory gets `include`, so `!m` excludes it.
constexpr verdict wanted(bool found, candidate const& path) noexcept {
    if (found) return verdict::include;
    return path.is_directory() ? verdict::none : verdict::exclude;
}

} // namespace detail

} // namespace restat
