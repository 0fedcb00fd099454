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
static_assert(!entering_matcher<remembering> && remembering_matcher<remembering>);
static_assert(!explaining_matcher<remembering> && !faulting_matcher<remembering>);

BOOST_AUTO_TEST_SUITE(path_matchers)

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
