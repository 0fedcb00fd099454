#include <restat/matcher/path_matcher.hpp>

#include <restat/testing/archetypes.hpp>

#include "candidates.hpp"
#include "support/no_reader.hpp"

using namespace restat;
using tests::directory;
using tests::file;

namespace {

struct throwing {
    verdict operator()(candidate const&) const { return verdict::none; }
};
struct changing {
    verdict operator()(candidate const&) noexcept { return verdict::none; }
};
struct remembering {
    verdict operator()(candidate const&) const noexcept { return verdict::include; }
    verdict previous_verdict(candidate const&) const noexcept { return verdict::exclude; }
};

} // namespace

static_assert(!path_matcher<int>);
static_assert(!path_matcher<throwing>, "a matcher never throws");
static_assert(!path_matcher<changing>, "several threads ask a const matcher");
static_assert(path_matcher<testing::matcher_archetype>);
static_assert(!entering_matcher<remembering>);

BOOST_AUTO_TEST_SUITE(path_matchers)

BOOST_AUTO_TEST_CASE(verdicts_are_ordered) {
    BOOST_TEST((verdict::exclude < verdict::none && verdict::none < verdict::include));
}

BOOST_AUTO_TEST_CASE(only_an_excluded_path_is_not_watched) {
    BOOST_TEST(!watches(verdict::exclude));
    BOOST_TEST(watches(verdict::none));
    BOOST_TEST(watches(verdict::include));
}

BOOST_AUTO_TEST_CASE(candidate_knows_its_parts) {
    candidate const path{"src/lib/a.cpp", 4};
    BOOST_TEST(path.relative() == "lib/a.cpp");
    BOOST_TEST(path.name() == "a.cpp");
    BOOST_TEST(!path.is_directory());
    BOOST_TEST(candidate{"a"}.name() == "a");
    BOOST_TEST(directory("src").is_directory());
}

BOOST_AUTO_TEST_CASE(matcher_of_files_leaves_directories_open) {
    BOOST_TEST(restat::detail::wanted(true, file("a")) == verdict::include);
    BOOST_TEST(restat::detail::wanted(false, file("a")) == verdict::exclude);
    BOOST_TEST(restat::detail::wanted(false, directory("d")) == verdict::none);
}

BOOST_AUTO_TEST_CASE(matcher_without_rules_in_the_tree_has_the_same_verdict_as_before) {
    testing::matcher_archetype const plain{0};
    BOOST_TEST(previous_verdict_of(plain, file("a")) == verdict::none);
    BOOST_TEST(previous_verdict_of(remembering{}, file("a")) == verdict::exclude);
}

BOOST_AUTO_TEST_CASE(missing_optional_members_do_nothing) {
    testing::matcher_archetype const plain{0};
    std::vector<finding> found;
    collect_faults(plain, found);
    BOOST_TEST(found.empty());
    no_reader reader;
    BOOST_TEST(enter_directory(plain, directory("d"), reader) == directory_rules::no_rules);
}

BOOST_AUTO_TEST_SUITE_END()
