#include <restat/restart/strategy_members.hpp>

#include <restat/testing/archetypes.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;

BOOST_AUTO_TEST_SUITE(optional_members_of_strategies)

BOOST_AUTO_TEST_CASE(missing_members_do_nothing) {
    testing::strategy_archetype plain{0};
    snapshot known;
    start_program(plain, {});
    stop_program(plain, {});
    hand_over_snapshot(plain, known);
    learn_baseline(plain, known);
    set_observer(plain, nullptr);
    auto const seen = supervise_program(plain, {});
    BOOST_TEST((seen.now == supervision::state::idle));
    BOOST_TEST((seen.next == (time_point::max)()));
    BOOST_TEST(!seen.done);
    BOOST_TEST(program_descriptor(plain) == -1);
    BOOST_TEST(!inherit_snapshot(plain, known));
    BOOST_TEST((suspension_end(plain) == (time_point::max)()));
}

BOOST_AUTO_TEST_CASE(present_members_are_called) {
    testing::full_strategy_archetype full{0};
    BOOST_TEST(supervise_program(full, {}).done);
    BOOST_TEST((suspension_end(full) == time_point{}));
}

BOOST_AUTO_TEST_SUITE_END()
