#include <restat/matcher/matcher_members.hpp>

#include <restat/testing/archetypes.hpp>

#include "candidates.hpp"
#include "support/no_reader.hpp"

using namespace restat;
using tests::directory;
using tests::file;

namespace {

struct remembering {
    verdict operator()(candidate const&) const noexcept { return verdict::include; }
    verdict previous_verdict(candidate const&) const noexcept { return verdict::exclude; }
};

} // namespace

static_assert(!entering_matcher<remembering> && remembering_matcher<remembering>);
static_assert(!explaining_matcher<remembering> && !faulting_matcher<remembering>);

BOOST_AUTO_TEST_SUITE(matcher_members)

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
    BOOST_TEST((explain(remembering{}, file("a")) == explanation{verdict::include, "", ""}));
}

BOOST_AUTO_TEST_SUITE_END()
