#pragma once

#include <restat/error.hpp>
#include <restat/stat_record.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <vector>

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
    /// Returns the last component; empty for a path with a final `/`, such as the root `/`.
    constexpr std::string_view name() const noexcept {
        return path.substr(path.find_last_of('/') + 1);
    }
    constexpr bool is_directory() const noexcept { return type == file_type::directory; }
};

class directory_reader;

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

/// A `path_matcher` decides which paths are watched.
///
/// Notation: `m` a const value of the type, `c` a candidate, `f` a vector of findings.
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `m(c)` | `verdict` | whether the path is watched; never throws |
/// | `m.faults(f)` (optional) | | appends the errors of matching since the last call |
/// | `m.explain(c)` (optional) | `explanation` | the reason for the verdict of `m(c)` |
/// | `m.on_directory(c, r)` (optional) | `directory_rules` | reads rules by `directory_reader& r` |
/// | `m.previous_verdict(c)` (optional) | `verdict` | by the rules of the previous scan |
///
/// Semantic requirements: the same candidate gets the same verdict each time; several threads may
/// call the matcher at once; no pattern and no name takes long. A file matcher must return
/// `none`, not `exclude`, for a directory, or the scan never visits its contents. A matcher
/// without an answer returns `none` and records a fault, once.
///
/// A scan calls `on_directory`, if present, for each directory before any candidate in the
/// directory. Roots come first; their part below the root is empty. Other threads may call
/// `on_directory` for other directories at the same time. After `changed`, the scan compares each
/// verdict with `previous_verdict`: a path added or hidden only by a changed rule is not a change.
/// The previous scan is the last scan whose results were used. `directory_reader` has the protocol.
///
/// Models: `glob_matcher`, `gitignore_matcher`, `marker_matcher`, `regex_matcher`,
/// `name_matcher`, `ignore_matcher`, `predicate`, `any_matcher`, `matcher_ref`, their
/// combinations by `&`, `|`, `!` and `then`, and any noexcept callable of this signature. For the
/// operators of another matcher, see `enable_matcher_logic`.
template <class M>
concept path_matcher = std::move_constructible<M> &&
    std::is_nothrow_invocable_r_v<verdict, M const&, candidate const&>;

namespace detail {

// Satisfied by the matchers that a type-erased `Holder` accepts. The concept leaves out whether
// the matcher can be moved: for a wrapper of a `Holder`, the answer would depend on this very
// concept.
template <class M, class Holder>
concept held_matcher = !std::same_as<M, Holder> &&
                       std::is_nothrow_invocable_r_v<verdict, M const&, candidate const&>;

// Returns the verdict of a matcher of wanted files. A directory that is not selected may still
// contain selected files.
constexpr verdict wanted(bool found, candidate const& path) noexcept {
    if (found) return verdict::include;
    return path.is_directory() ? verdict::none : verdict::exclude;
}

} // namespace detail

/// Collects the errors of matching, if the matcher has `faults`.
template <class M>
void collect_faults(M const& matcher, std::vector<finding>& into) {
    if constexpr (requires { matcher.faults(into); }) matcher.faults(into);
}

/// Satisfied by a matcher with `on_directory`, the notification about directories.
template <class M>
concept entering_matcher = requires(M const& m, candidate const& c, directory_reader& r) {
    { m.on_directory(c, r) } -> std::same_as<directory_rules>;
};

/// Notifies a matcher with `on_directory` before a scan reads a directory; without `on_directory`,
/// there are no rules.
template <class M>
directory_rules enter_directory(M const& matcher, candidate const& directory,
                                directory_reader& reader) {
    if constexpr (entering_matcher<M>) return matcher.on_directory(directory, reader);
    return directory_rules::no_rules;
}

/// Returns the verdict by the rules of the previous scan. If the rules of a matcher never change,
/// this is its verdict.
template <class M>
verdict previous_verdict_of(M const& matcher, candidate const& path) noexcept {
    if constexpr (requires { matcher.previous_verdict(path); })
        return matcher.previous_verdict(path);
    return static_cast<verdict>(matcher(path));
}

/// Returns whether a path with this verdict, and no other, is watched.
constexpr bool watches(verdict of) noexcept { return of != verdict::exclude; }

} // namespace restat
