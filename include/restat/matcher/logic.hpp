#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/matcher/forwarding_matcher.hpp>
#include <restat/matcher/path_matcher.hpp>

#include <algorithm>
#include <utility>

/// Operators that build matchers out of matchers. Verdicts combine by Kleene's three-valued
/// logic, with `none` as "unknown". `|` takes the greatest, `&` the least, `!` the mirror; so De
/// Morgan's laws hold.
///
///     glob_matcher{"*.cpp"} & !name_matcher{name_lists{.directories = {"build"}}}
///
/// At least one operand must be a matcher of the library, or enabled by `enable_matcher_logic`;
/// else overload resolution does not see the operators. (g++ needs parentheses in `(!a) & b`.)
namespace restat {

/// The matcher `!m`: swaps `exclude` and `include`, and keeps `none`.
template <class Matcher>
class not_matcher : public forwarding_matcher<Matcher> {
public:
    explicit not_matcher(Matcher matcher) : forwarding_matcher<Matcher>{std::move(matcher)} {}

    verdict operator()(candidate const& path) const noexcept {
        return mirror(static_cast<verdict>(this->of()(path)));
    }
    explanation explain(candidate const& path) const requires explaining_matcher<Matcher> {
        auto why = this->of().explain(path);
        why.says = mirror(why.says);
        return why;
    }
    verdict previous_verdict(candidate const& path) const noexcept requires
        remembering_matcher<Matcher> {
        return mirror(static_cast<verdict>(this->of().previous_verdict(path)));
    }

private:
    static constexpr verdict mirror(verdict of) noexcept {
        return static_cast<verdict>(-static_cast<int>(of));
    }
};

namespace detail {

/// A pair of matchers with the rule to combine their verdicts. Has each optional member of either
/// matcher.
template <class First, class Second, class Rule>
class matcher_pair {
    static_assert(path_matcher<First>, "the first operand is not a path_matcher");
    static_assert(path_matcher<Second>, "the second operand is not a path_matcher");

public:
    matcher_pair(First first, Second second)
        : first_{std::move(first)}, second_{std::move(second)} {}

    /// Returns the combined verdict; skips the second matcher if the first decides.
    verdict operator()(candidate const& path) const noexcept {
        verdict const one = first_(path);
        return Rule::decides(one) ? one : Rule::combine(one, second_(path));
    }
    /// Returns the explanation of the deciding matcher; if both agree, of the first with a rule.
    explanation explain(candidate const& path) const
        requires(explaining_matcher<First> || explaining_matcher<Second>) {
        auto one = restat::explain(first_, path);
        if (Rule::decides(one.says)) return one;
        auto two = restat::explain(second_, path);
        auto const said = Rule::combine(one.says, two.says);
        return join(std::move(one), std::move(two), said);
    }
    verdict previous_verdict(candidate const& path) const noexcept
        requires(remembering_matcher<First> || remembering_matcher<Second>) {
        verdict const one = previous_verdict_of(first_, path);
        return Rule::decides(one) ? one : Rule::combine(one, previous_verdict_of(second_, path));
    }
    /// Passes the directory to both matchers, whichever of them decides.
    directory_rules on_directory(candidate const& directory, directory_reader& reader) const
        requires(entering_matcher<First> || entering_matcher<Second>) {
        directory_rules const one = enter_directory(first_, directory, reader);
        return (std::max)(one, enter_directory(second_, directory, reader));
    }
    void faults(std::vector<finding>& into) const
        requires(faulting_matcher<First> || faulting_matcher<Second>) {
        collect_faults(first_, into);
        collect_faults(second_, into);
    }

private:
    First first_;
    Second second_;
};

struct and_rule {
    static constexpr bool decides(verdict one) noexcept { return one == verdict::exclude; }
    static constexpr verdict combine(verdict one, verdict two) noexcept {
        return (std::min)(one, two);
    }
};

struct or_rule {
    static constexpr bool decides(verdict one) noexcept { return one == verdict::include; }
    static constexpr verdict combine(verdict one, verdict two) noexcept {
        return (std::max)(one, two);
    }
};

struct then_rule {
    static constexpr bool decides(verdict one) noexcept { return one != verdict::none; }
    static constexpr verdict combine(verdict, verdict two) noexcept { return two; }
};

} // namespace detail

/// The matcher `a & b`: takes the least of both verdicts.
template <class First, class Second>
using and_matcher = detail::matcher_pair<First, Second, detail::and_rule>;
/// The matcher `a | b`: takes the greatest of both verdicts.
template <class First, class Second>
using or_matcher = detail::matcher_pair<First, Second, detail::or_rule>;
/// The matcher `then(a, b)`: takes the verdict of `a`, or the verdict of `b` if `a` has none.
template <class First, class Second>
using then_matcher = detail::matcher_pair<First, Second, detail::then_rule>;

template <class M>
inline constexpr bool enable_matcher_logic<not_matcher<M>> = true;
template <class A, class B, class Rule>
inline constexpr bool enable_matcher_logic<detail::matcher_pair<A, B, Rule>> = true;

namespace detail {

// Checks the trait first, so that the operators never test an unrelated type for `path_matcher`.
template <class A, class B>
concept combinable = (enable_matcher_logic<A> ||
                      enable_matcher_logic<B>)&&path_matcher<A>&& path_matcher<B>;

} // namespace detail

template <class M>
    requires detail::combinable<M, M> not_matcher<M>
operator!(M matcher) { return not_matcher<M>{std::move(matcher)}; }

template <class A, class B>
    requires detail::combinable<A, B> and_matcher<A, B>
operator&(A first, B second) { return {std::move(first), std::move(second)}; }

template <class A, class B>
    requires detail::combinable<A, B> or_matcher<A, B>
operator|(A first, B second) { return {std::move(first), std::move(second)}; }

template <path_matcher A, path_matcher B>
then_matcher<A, B> then(A first, B second) {
    return {std::move(first), std::move(second)};
}

} // namespace restat
#endif
