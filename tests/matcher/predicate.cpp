#include <restat/matcher/predicate.hpp>

#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/logic.hpp>

#include "candidates.hpp"

using restat::candidate;
using restat::explain;
using restat::explanation;
using restat::predicate;
using restat::verdict;
using tests::directory;
using tests::file;

namespace {

verdict of_verdict(candidate const& path) noexcept {
    return path.name() == "no" ? verdict::exclude : verdict::none;
}

constexpr auto is_hidden = [](candidate const& path) noexcept {
    return path.name().starts_with('.');
};

static_assert(restat::path_matcher<predicate<decltype(is_hidden)>>);
static_assert(restat::path_matcher<decltype(predicate{&of_verdict})>);
static_assert(std::copyable<predicate<verdict (*)(candidate const&) noexcept>>);

} // namespace

BOOST_AUTO_TEST_SUITE(predicates)

BOOST_AUTO_TEST_CASE(bool_predicate_selects_paths) {
    predicate const hidden{is_hidden, "hidden"};
    BOOST_TEST(hidden(file("a/.b")) == verdict::include);
    BOOST_TEST(hidden(file("a/b")) == verdict::exclude);
    BOOST_TEST(hidden(directory(".git")) == verdict::include);
    BOOST_TEST(hidden(directory("a")) == verdict::none);
}

BOOST_AUTO_TEST_CASE(verdict_predicate_decides_directly) {
    predicate const no{&of_verdict};
    BOOST_TEST(no(file("no")) == verdict::exclude);
    BOOST_TEST(no(directory("no")) == verdict::exclude);
    BOOST_TEST(no(file("yes")) == verdict::none);
}

BOOST_AUTO_TEST_CASE(explanation_has_the_name_of_the_predicate) {
    predicate const hidden{is_hidden, "hidden"};
    BOOST_TEST((explain(hidden, file(".b")) == explanation{verdict::include, "hidden", ""}));
    BOOST_TEST((explain(hidden, file("b")) == explanation{verdict::exclude, "", ""}));
    predicate const no{&of_verdict, "no"};
    BOOST_TEST((explain(no, file("no")) == explanation{verdict::exclude, "no", ""}));
    BOOST_TEST((explain(no, file("b")) == explanation{verdict::none, "", ""}));
    BOOST_TEST(
        (explain(predicate{&of_verdict}, file("no")) == explanation{verdict::exclude, "", ""}));
}

BOOST_AUTO_TEST_CASE(predicates_combine_with_all_matchers) {
    predicate const hidden{is_hidden, "hidden"};
    auto const shown = restat::glob_matcher{"*.c"} & !hidden;
    BOOST_TEST(shown(file("a.c")) == verdict::include);
    BOOST_TEST(shown(file(".a.c")) == verdict::exclude);
    BOOST_TEST((explain(shown, file(".a.c")) == explanation{verdict::exclude, "hidden", ""}));
    BOOST_TEST((!(hidden | hidden))(file("a")) == verdict::include);
}

BOOST_AUTO_TEST_SUITE_END()
