#include "platform/process/terminal_width.hpp"

#include <boost/test/unit_test.hpp>

#include <pty.h>
#include <unistd.h>

BOOST_AUTO_TEST_SUITE(terminal_width)

BOOST_AUTO_TEST_CASE(width_is_known_of_a_terminal_alone) {
    winsize const size{24, 77, 0, 0};
    int ends[2];
    BOOST_REQUIRE(::openpty(&ends[0], &ends[1], nullptr, nullptr, &size) == 0);
    BOOST_TEST(restat::detail::terminal_width(ends[1]) == 77U);
    ::close(ends[0]);
    ::close(ends[1]);
    BOOST_REQUIRE(::pipe(ends) == 0);
    BOOST_TEST(restat::detail::terminal_width(ends[0]) == 0U);
    ::close(ends[0]);
    ::close(ends[1]);
    BOOST_TEST(restat::detail::terminal_width(-1) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
