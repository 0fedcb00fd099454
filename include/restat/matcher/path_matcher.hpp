#pragma once

#include <restat/error.hpp>
#include <restat/stat_record.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <vector>

namespace restat {

/// What a matcher says of a path. Ordered: `&` takes the least, `|` the greatest, `!` the mirror.
enum class verdict : signed char {
    exclude = -1, ///< not watched; of a directory: not even opened
    none = 0,     ///< no rule applies; alone, the path is watched
    include = 1,
};

/// A path that is about to be watched, or a directory about to be opened.
struct candidate {
    std::string_view path;               ///< as it will be told: root, `/`, and what is below
    std::size_t below = 0;               ///< where in `path` the part below the root begins
    file_type type = file_type::regular; ///< `directory` asks whether to open it
    /// The user named this file itself, so rules that lie in directories do not apply to it.
    bool named = false;

    /// The part below the root; of a path that the user named itself, its last component.
    constexpr std::string_view relative() const noexcept { return path.substr(below); }
    /// The last component.
    constexpr std::string_view name() const noexcept {
        return path.substr(path.find_last_of('/') + 1);
    }
    constexpr bool is_directory() const noexcept { return type == file_type::directory; }
};

class directory_reader;

/// What a matcher says of a directory that a scan goes into.
enum class entered : unsigned char {
    no_rules, ///< nothing there matters; tell again only when its names differ
    rules,    ///< it holds rules; tell in each scan
    changed,  ///< verdicts on what is below it may not be what they were in the scan before
};

/// A `path_matcher` decides which paths count.
///
/// Notation: `m` a const value of the type, `c` a candidate, `f` a vector of findings.
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `m(c)` | `verdict` | whether the path counts; never throws |
/// | `m.faults(f)` (optional) | | appends what went wrong in matching since the last call |
/// | `m.explain(c)` (optional) | `explanation` | why it says what `m(c)` says |
/// | `m.enter(c, r)` (optional) | `entered` | reads rules by a `directory_reader& r` |
/// | `m.previously(c)` (optional) | `verdict` | by the rules of the scan before; never throws |
///
/// Rules that a compiler cannot see: the same candidate gets the same verdict each time; several
/// threads may ask at once; no pattern and no name takes long. A matcher of files says `none` of
/// a directory that it does not name, else nothing below would be found. A matcher that cannot
/// tell says `none` and leaves a fault, once.
///
/// A matcher that has `enter` is told of each directory that a scan goes into, the roots first
/// (their part below the root is empty), before anything in it is asked about; another thread may
/// tell of another directory meanwhile. Where it says `changed`, what it alone brings into view or
/// takes out of it is no change: the scan compares with `previously`. The scan before
/// is the last that was made use of: see `directory_reader::scan`.
///
/// Models: `glob_matcher`, `gitignore_matcher`, `marker_matcher`, `regex_matcher`, `name_matcher`,
/// `ignore_matcher`, `predicate`, `any_matcher`, `matcher_ref`, their `&`, `|`, `!` and `then`, and
/// any noexcept callable of that shape.
template <class M>
concept path_matcher = std::move_constructible<M> &&
    std::is_nothrow_invocable_r_v<verdict, M const&, candidate const&>;

namespace detail {

// What a type-erased `Holder` of matchers takes. It does not ask whether the matcher can be
// moved: of one that wraps a `Holder`, the answer would depend on this question.
template <class M, class Holder>
concept held_matcher = !std::same_as<M, Holder> &&
                       std::is_nothrow_invocable_r_v<verdict, M const&, candidate const&>;

// The verdict of a matcher that says what it wants: a directory that it does not name may still
// hold what it names.
constexpr verdict wanted(bool found, candidate const& path) noexcept {
    if (found) return verdict::include;
    return path.is_directory() ? verdict::none : verdict::exclude;
}

} // namespace detail

/// Collects what went wrong in matching, if the matcher can tell.
template <class M>
void collect_faults(M const& matcher, std::vector<finding>& into) {
    if constexpr (requires { matcher.faults(into); }) matcher.faults(into);
}

/// Whether a matcher wants to be told of directories.
template <class M>
concept entering_matcher = requires(M const& m, candidate const& c, directory_reader& r) {
    { m.enter(c, r) } -> std::same_as<entered>;
};

/// Tells a matcher of a directory that a scan goes into, if it wants to know.
template <class M>
entered enter_directory(M const& matcher, candidate const& directory, directory_reader& reader) {
    if constexpr (entering_matcher<M>) return matcher.enter(directory, reader);
    return entered::no_rules;
}

/// The verdict by the rules of the scan before; of a matcher whose rules never change, its own.
template <class M>
verdict previous_verdict(M const& matcher, candidate const& path) noexcept {
    if constexpr (requires { matcher.previously(path); }) return matcher.previously(path);
    return static_cast<verdict>(matcher(path));
}

/// Whether this verdict alone leaves a path watched.
constexpr bool watches(verdict of) noexcept { return of != verdict::exclude; }

} // namespace restat
