#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/matcher/explanation.hpp>
#include <restat/matcher/matcher_members.hpp>
#include <restat/matcher/verdict.hpp>

#include <concepts>
#include <type_traits>

namespace restat {

/// A `path_matcher` decides which paths are watched.
///
/// Notation: `m` a const value of the type, `c` a candidate, `f` a vector of findings.
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `m(c)` | `verdict` | whether the path is watched; never throws |
///
/// A matcher with fixed rules needs no member below this line. With `explain`, the reports name the
/// deciding rule.
///
/// Optional members. `matcher_members.hpp` has the result for a matcher without each of them:
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `m.explain(c)` | `explanation` | the reason for the verdict of `m(c)` |
/// | `m.faults(f)` | | appends the errors of matching since the last call |
/// | `m.on_directory(c, r)` | `directory_rules` | reads rules by `directory_reader& r` |
/// | `m.previous_verdict(c)` | `verdict` | by the rules of the previous scan |
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

namespace detail {

// Satisfied by the matchers that a type-erased `Holder` accepts. The concept leaves out whether
// the matcher can be moved: for a wrapper of a `Holder`, the answer would depend on this very
// concept.
template <class M, class Holder>
concept held_matcher = !std::same_as<M, Holder> &&
                       std::is_nothrow_invocable_r_v<verdict, M const&, candidate const&>;

} // namespace detail

} // namespace restat
