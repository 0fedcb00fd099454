#include <restat/matcher/logic.hpp>

#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/ignore_matcher.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/matcher/name_matcher.hpp>
#include <restat/matcher/regex_matcher.hpp>

#include "candidates.hpp"
#include "support/no_reader.hpp"

using restat::any_matcher;
using restat::candidate;
using restat::finding;
using restat::glob_matcher;
using restat::verdict;
using tests::file;

namespace {

/// A user's matcher: returns the same verdict for every path, and counts its calls.
struct fixed {
    verdict said = verdict::none;
    int* asked = nullptr;

    verdict operator()(candidate const&) const noexcept {
        if (asked) ++*asked;
        return said;
    }
    void faults(std::vector<finding>& into) const { into.push_back({"", {}, "match"}); }
};

/// A matcher with rules in the tree: excludes every path, and included all in the previous scan.
struct turned {
    restat::directory_rules said;
    verdict operator()(candidate const&) const noexcept { return verdict::exclude; }
    verdict previous_verdict(candidate const&) const noexcept { return verdict::include; }
    restat::directory_rules on_directory(candidate const&, restat::directory_reader&) const {
        return said;
    }
};

/// A user's matcher with `enable_matcher_logic`.
struct enabled : fixed {};

} // namespace

template <>
inline constexpr bool restat::enable_matcher_logic<enabled> = true;
template <>
inline constexpr bool restat::enable_matcher_logic<turned> = true;

namespace {

struct no_matcher {};
enum class flags { one, two };

template <class A, class B>
concept can_and = requires(A a, B b) {
    a& b;
};
template <class A, class B>
concept can_or = requires(A a, B b) {
    a | b;
};
template <class A>
concept can_not = requires(A a) {
    !a;
};
using lambda = decltype([](candidate const&) noexcept { return verdict::none; });
using throwing = decltype([](candidate const&) { return verdict::none; });

// Every matcher of the library combines with each other, and with a user's matcher.
static_assert(can_and<glob_matcher, glob_matcher> && can_or<glob_matcher, glob_matcher>);
static_assert(can_and<glob_matcher, fixed> && can_and<fixed, glob_matcher>);
static_assert(can_or<lambda, restat::regex_matcher> && can_or<restat::name_matcher, lambda>);
static_assert(can_not<any_matcher> && can_not<restat::matcher_ref>);
static_assert(can_not<decltype(glob_matcher{"a"} & !glob_matcher{"b"})>);
// No other types combine: neither types that are not matchers, nor two matchers of users.
static_assert(!can_and<glob_matcher, int> && !can_or<no_matcher, glob_matcher>);
static_assert(!can_and<glob_matcher, throwing>, "a matcher does not throw");
static_assert(!can_and<glob_matcher, char const*>, "no pattern by accident");
static_assert(!can_and<fixed, fixed> && !can_not<fixed> && !can_or<lambda, lambda>);

namespace everything_visible {
using namespace restat; // NOLINT: the worst case of user code
template <class A, class B>
concept can_and = requires(A a, B b) {
    a& b;
};
template <class A, class B>
concept can_or = requires(A a, B b) {
    a | b;
};
template <class A>
concept can_not = requires(A a) {
    !a;
};
static_assert(!can_not<no_matcher> && !can_or<flags, flags> && !can_and<fixed, lambda>);
static_assert(can_not<enabled> && can_and<enabled, fixed> && can_or<fixed, enabled>);
static_assert(std::same_as<decltype(1 & 2), int>);
static_assert(std::same_as<decltype(!lambda{}), bool>);
} // namespace everything_visible

static_assert(restat::path_matcher<decltype(!glob_matcher{"a"})>);
static_assert(restat::path_matcher<decltype(glob_matcher{"a"} & fixed{})>);
static_assert(restat::path_matcher<decltype(glob_matcher{"a"} | fixed{})>);
static_assert(restat::path_matcher<decltype(then(glob_matcher{"a"}, fixed{}))>);
static_assert(std::copyable<decltype(any_matcher{} & !glob_matcher{"a"})>);

constexpr verdict all[] = {verdict::exclude, verdict::none, verdict::include};

verdict said_by(restat::path_matcher auto const& matcher) { return matcher(file("x")); }
any_matcher says(verdict what) { return fixed{what}; }

} // namespace

BOOST_AUTO_TEST_SUITE(logic)

BOOST_AUTO_TEST_CASE(logic_follows_the_table_of_kleene) {
    auto const x = verdict::exclude;
    auto const n = verdict::none;
    auto const i = verdict::include;
    struct {
        verdict a, b, both, either, then;
    } const table[] = {
        {x, x, x, x, x}, {x, n, x, n, x}, {x, i, x, i, x}, //
        {n, x, x, n, x}, {n, n, n, n, n}, {n, i, n, i, i}, //
        {i, x, x, i, i}, {i, n, n, i, i}, {i, i, i, i, i},
    };
    for (auto const& row : table) {
        BOOST_TEST_INFO(row.a << " " << row.b);
        BOOST_TEST(said_by(says(row.a) & says(row.b)) == row.both);
        BOOST_TEST(said_by(says(row.a) | says(row.b)) == row.either);
        BOOST_TEST(said_by(then(says(row.a), says(row.b))) == row.then);
    }
    BOOST_TEST(said_by(!says(x)) == i);
    BOOST_TEST(said_by(!says(n)) == n);
    BOOST_TEST(said_by(!says(i)) == x);
}

BOOST_AUTO_TEST_CASE(laws_of_two_operands_hold) {
    for (auto const one : all) {
        auto const a = says(one);
        BOOST_TEST(said_by(!!a) == one);
        BOOST_TEST(said_by(a & a) == one);
        BOOST_TEST(said_by(a | a) == one);
        BOOST_TEST(said_by(then(a, a)) == one);
        BOOST_TEST(said_by(then(any_matcher{}, a)) == one);
        BOOST_TEST(said_by(then(a, any_matcher{})) == one);
        BOOST_TEST(said_by(a & says(verdict::include)) == one);
        BOOST_TEST(said_by(a | says(verdict::exclude)) == one);
        BOOST_TEST(said_by(a & says(verdict::exclude)) == verdict::exclude);
        BOOST_TEST(said_by(a | says(verdict::include)) == verdict::include);
        // `a & !a` excludes and `a | !a` includes, except for `none`.
        auto const known = one != verdict::none;
        BOOST_TEST(said_by(a & !a) == (known ? verdict::exclude : verdict::none));
        BOOST_TEST(said_by(a | !a) == (known ? verdict::include : verdict::none));
        for (auto const two : all) {
            BOOST_TEST_INFO(one << " " << two);
            auto const b = says(two);
            BOOST_TEST(said_by(a & b) == said_by(b & a));
            BOOST_TEST(said_by(a | b) == said_by(b | a));
            BOOST_TEST(said_by(!(a & b)) == said_by((!a) | !b));
            BOOST_TEST(said_by(!(a | b)) == said_by((!a) & !b));
            BOOST_TEST(said_by(a & (a | b)) == one);
            BOOST_TEST(said_by(a | (a & b)) == one);
            BOOST_TEST(said_by(!then(a, b)) == said_by(then(!a, !b)));
        }
    }
}

BOOST_AUTO_TEST_CASE(laws_of_three_operands_hold) {
    for (auto const one : all) {
        for (auto const two : all) {
            for (auto const three : all) {
                BOOST_TEST_INFO(one << " " << two << " " << three);
                auto const a = says(one);
                auto const b = says(two);
                auto const c = says(three);
                BOOST_TEST(said_by((a & b) & c) == said_by(a & (b & c)));
                BOOST_TEST(said_by((a | b) | c) == said_by(a | (b | c)));
                BOOST_TEST(said_by(then(then(a, b), c)) == said_by(then(a, then(b, c))));
                BOOST_TEST(said_by(then(a, b & c)) == said_by(then(a, b) & then(a, c)));
                BOOST_TEST(said_by(then(a, b | c)) == said_by(then(a, b) | then(a, c)));
                BOOST_TEST(said_by(a & (b | c)) == said_by((a & b) | (a & c)));
                BOOST_TEST(said_by(a | (b & c)) == said_by((a | b) & (a | c)));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(second_matcher_is_skipped_if_the_first_decides) {
    for (auto const first : all) {
        int asked = 0;
        fixed const second{verdict::none, &asked};
        BOOST_TEST_INFO(first);
        said_by(says(first) & second);
        BOOST_TEST(asked == (first != verdict::exclude));
        said_by(says(first) | second);
        BOOST_TEST(asked == (first != verdict::exclude) + (first != verdict::include));
        asked = 0;
        said_by(then(says(first), second));
        BOOST_TEST(asked == (first == verdict::none));
    }
}

BOOST_AUTO_TEST_CASE(faults_of_all_matchers_are_collected) {
    auto const matcher = then((!(glob_matcher{"a"} & fixed{})) | fixed{},
                              any_matcher{restat::then(fixed{}, fixed{})});
    std::vector<finding> found;
    matcher.faults(found);
    BOOST_TEST(found.size() == 4U);
    found.clear();
    restat::collect_faults(glob_matcher{"a"} | glob_matcher{"b"}, found);
    BOOST_TEST(found.empty());
}

BOOST_AUTO_TEST_CASE(all_matchers_get_directories_and_previous_queries) {
    using restat::operator!; // NOLINT: as in user code
    using restat::operator&;
    using restat::operator|;
    using restat::then;
    no_reader reader;
    auto const told = [&](restat::path_matcher auto const& matcher) {
        restat::matcher_ref const ref{matcher};
        return ref.on_directory(tests::directory("d"), reader);
    };
    using restat::directory_rules;
    glob_matcher const fixed_rules{"*.cpp"};
    turned const rules{directory_rules::rules};
    turned const changed{directory_rules::changed};
    BOOST_TEST((told(fixed_rules & !fixed_rules) == directory_rules::no_rules));
    BOOST_TEST(!restat::matcher_ref{glob_matcher{"a"}}.enters());
    BOOST_TEST((told(any_matcher{}) == directory_rules::no_rules));
    BOOST_TEST((told(fixed_rules & rules) == directory_rules::rules));
    BOOST_TEST((told(rules | fixed_rules) == directory_rules::rules));
    BOOST_TEST((told(then(rules, any_matcher{!changed})) == directory_rules::changed));
    BOOST_TEST((told(changed & rules) == directory_rules::changed));

    // The verdict is now `exclude`, and was `include`.
    auto const before = [](restat::path_matcher auto const& matcher) {
        return restat::matcher_ref{any_matcher{matcher}}.previous_verdict(file("x"));
    };
    BOOST_TEST(before(changed) == verdict::include);
    BOOST_TEST(before(!changed) == verdict::exclude);
    BOOST_TEST(before(glob_matcher{"y"} | changed) == verdict::include);
    BOOST_TEST(before(glob_matcher{"x"} & changed) == verdict::include);
    BOOST_TEST(before(then(changed, glob_matcher{"y"})) == verdict::include);
    BOOST_TEST(before(glob_matcher{"x"}) == verdict::include); // the current verdict
    BOOST_TEST(any_matcher{}.previous_verdict(file("x")) == verdict::none);
}

BOOST_AUTO_TEST_CASE(operators_copy_named_matchers) {
    glob_matcher const sources{"*.cpp"};
    auto const tests = [](candidate const& path) noexcept {
        return path.path.starts_with("tests/") ? verdict::include : verdict::exclude;
    };
    auto const matcher = sources & !any_matcher{tests};
    BOOST_TEST(matcher(file("src/a.cpp")) == verdict::include);
    BOOST_TEST(matcher(file("tests/a.cpp")) == verdict::exclude);
    BOOST_TEST(sources(file("a.cpp")) == verdict::include); // not moved from
}

BOOST_AUTO_TEST_SUITE_END()
