#pragma once

#include <restat/error.hpp>
#include <restat/matcher/explanation.hpp>
#include <restat/matcher/verdict.hpp>

#include <concepts>
#include <string>
#include <type_traits>
#include <vector>

namespace restat {

class directory_reader;

/// A `path_matcher` decides which paths are watched.
///
/// Notation: `m` a const value of the type, `c` a candidate, `f` a vector of findings.
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `m(c)` | `verdict` | whether the path is watched; never throws |
///
/// Optional members. The library calls each through a free function, which knows the result for a
/// matcher without the member:
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `m.explain(c)` | `explanation` | the reason for the verdict of `m(c)` |
/// | `m.faults(f)` | | appends the errors of matching since the last call |
/// | `m.on_directory(c, r)` | `directory_rules` | reads rules by `directory_reader& r` |
/// | `m.previous_verdict(c)` | `verdict` | by the rules of the previous scan |
///
/// | member | function | without the member |
/// | --- | --- | --- |
/// | `explain` | `restat::explain` | the verdict, without a rule |
/// | `faults` | `collect_faults` | no errors |
/// | `on_directory` | `enter_directory` | `no_rules` |
/// | `previous_verdict` | `previous_verdict_of` | `m(c)` |
///
/// A wrapper takes all optional members from its base, `forwarding_matcher`.
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
/// The previous scan is the last scan whose results were used. `directory_reader` has the
/// protocol.
///
/// Models: `glob_matcher`, `gitignore_matcher`, `marker_matcher`, `regex_matcher`,
/// `name_matcher`, `ignore_matcher`, `predicate`, `any_matcher`, `matcher_ref`, their
/// combinations by `&`, `|`, `!` and `then`, and any noexcept callable of this signature. For the
/// operators of another matcher, see `enable_matcher_logic`.
template <class M>
concept path_matcher = std::move_constructible<M> &&
    std::is_nothrow_invocable_r_v<verdict, M const&, candidate const&>;

/// Enables the operators `!`, `&` and `|` of `logic.hpp` for a matcher, with any matcher as the
/// other operand. Specialize this variable as true at the end of the header of your matcher. In
/// another namespace, `using restat::operator&` makes the operator visible.
template <class M>
inline constexpr bool enable_matcher_logic = false;

/// Satisfied by a matcher with `explain`.
template <class M>
concept explaining_matcher = requires(M const& m, candidate const& c) {
    explanation{m.explain(c)};
};

/// Satisfied by a matcher with `faults`.
template <class M>
concept faulting_matcher = requires(M const& m, std::vector<finding>& f) {
    m.faults(f);
};

/// Satisfied by a matcher with `on_directory`, the notification about directories.
template <class M>
concept entering_matcher = requires(M const& m, candidate const& c, directory_reader& r) {
    { m.on_directory(c, r) } -> std::same_as<directory_rules>;
};

/// Satisfied by a matcher with `previous_verdict`.
template <class M>
concept remembering_matcher = requires(M const& m, candidate const& c) {
    m.previous_verdict(c);
};

/// Returns the matcher's own explanation, or its bare verdict if it has no `explain`.
template <class M>
explanation explain(M const& matcher, candidate const& path) {
    if constexpr (explaining_matcher<M>) {
        return matcher.explain(path);
    } else {
        return {.says = matcher(path)};
    }
}

/// Collects the errors of matching, if the matcher has `faults`.
template <class M>
void collect_faults(M const& matcher, std::vector<finding>& into) {
    if constexpr (faulting_matcher<M>) matcher.faults(into);
}

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
    if constexpr (remembering_matcher<M>) return matcher.previous_verdict(path);
    return static_cast<verdict>(matcher(path));
}

/// Explains a path in the order in which an enumerator asks. First comes each directory between
/// the root and the path, from the top, then the path itself. Rules from files in the tree count
/// for each directory entered by the matcher.
template <class M>
path_explanation explain_path(M const& matcher, candidate const& path) {
    for (auto end = path.path.find('/', path.below); end < path.path.size();
         end = path.path.find('/', end + 1)) {
        candidate const above{path.path.substr(0, end), path.below, file_type::directory};
        if (watches(matcher(above))) continue;
        return {std::string{path.path}, std::string{above.path}, explain(matcher, above)};
    }
    return {std::string{path.path}, {}, explain(matcher, path)};
}

namespace detail {

// Satisfied by the matchers that a type-erased `Holder` accepts. The concept leaves out whether
// the matcher can be moved: for a wrapper of a `Holder`, the answer would depend on this very
// concept.
template <class M, class Holder>
concept held_matcher = !std::same_as<M, Holder> &&
                       std::is_nothrow_invocable_r_v<verdict, M const&, candidate const&>;

} // namespace detail

} // namespace restat
