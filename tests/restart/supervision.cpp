#include <restat/restart/supervision.hpp>

#include <restat/testing/print.hpp>

#include <boost/test/unit_test.hpp>

using restat::supervision;

BOOST_AUTO_TEST_SUITE(supervisions)

BOOST_AUTO_TEST_CASE(default_value_has_no_program_and_no_next_step) {
    supervision const of;
    BOOST_TEST(of.now == supervision::state::idle);
    BOOST_TEST((of.next == (restat::time_point::max)()));
    BOOST_TEST(!of.done);
    BOOST_TEST(to_string(of.now) == "idle");
}

BOOST_AUTO_TEST_SUITE_END()
