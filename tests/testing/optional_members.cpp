#include <restat/testing/optional_members.hpp>

#include <restat/testing/archetypes.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat::testing;

namespace {

/// A wrapper that loses every optional member of a matcher.
template <class Matcher>
struct careless {
    Matcher of;
    restat::verdict operator()(restat::candidate const& path) const noexcept { return of(path); }
};

} // namespace

static_assert(members_of_matcher<full_matcher_archetype> ==
              matcher_members{true, true, true, true});
static_assert(members_of_matcher<careless<full_matcher_archetype>> == matcher_members{});
static_assert(members_of_enumerator<incremental_archetype> ==
              enumerator_members{.refresh = true});
static_assert(members_of_clock<descriptor_clock_archetype> ==
              clock_members{.wait_for_descriptor = true});
static_assert(members_of_clock<work_clock_archetype> == clock_members{.work_now = true});
static_assert(members_of_file_system<file_system_archetype> == file_system_members{});
static_assert(members_of_strategy<supervising_archetype> ==
              strategy_members{.supervising = true});
static_assert(members_of_strategy<handing_archetype> == strategy_members{.handing = true});
static_assert(members_of_strategy<learning_archetype> == strategy_members{.learning = true});
static_assert(members_of_strategy<suspending_archetype> == strategy_members{.suspending = true});
static_assert(members_of_strategy<reporting_archetype> == strategy_members{.reporting = true});

BOOST_AUTO_TEST_SUITE(optional_members)

BOOST_AUTO_TEST_CASE(lost_member_makes_a_difference) {
    auto lost = members_of_matcher<full_matcher_archetype>;
    lost.faults = false;
    BOOST_TEST((lost != members_of_matcher<full_matcher_archetype>));
}

BOOST_AUTO_TEST_SUITE_END()
