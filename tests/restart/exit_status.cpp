#include <restat/restart/exit_status.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;

BOOST_AUTO_TEST_SUITE(exit_statuses)

BOOST_AUTO_TEST_CASE(shell_status_is_the_code_or_128_plus_the_signal) {
    BOOST_TEST(exit_status{}.shell_status() == 0);
    BOOST_TEST(exit_status{7}.shell_status() == 7);
    BOOST_TEST((exit_status{0, 9}.shell_status() == 137));
    BOOST_TEST((exit_status{0, 15, true}.shell_status() == 143));
}

BOOST_AUTO_TEST_CASE(statuses_are_equal_in_all_members) {
    BOOST_TEST((exit_status{1} == exit_status{1, 0, false}));
    BOOST_TEST((exit_status{1} != exit_status{2}));
    BOOST_TEST((exit_status{0, 6} != exit_status{0, 6, true}));
}

BOOST_AUTO_TEST_SUITE_END()
