#include "platform/files/wait.hpp"

#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat::detail;
using namespace std::chrono_literals;
using tests::pipe_ends;

BOOST_AUTO_TEST_SUITE(waits)

BOOST_AUTO_TEST_CASE(either_readable_descriptor_ends_the_wait) {
    pipe_ends one;
    pipe_ends two;
    BOOST_TEST(::write(two.write, "x", 1) == 1);
    BOOST_TEST(wait_readable(one.read, two.read, monotonic_now() + 30s));
    BOOST_TEST(wait_readable(two.read, -1, monotonic_now() + 30s));
    BOOST_TEST(!wait_readable(one.read, -1, monotonic_now() + 1ms));
}

BOOST_AUTO_TEST_CASE(descriptor_closed_at_its_other_end_ends_the_wait) {
    pipe_ends one;
    one.close_write();
    BOOST_TEST(wait_readable(one.read, -1, monotonic_now() + 30s));
}

BOOST_AUTO_TEST_CASE(wait_without_descriptors_lasts_until_its_time) {
    auto const when = monotonic_now() + 5ms;
    BOOST_TEST(!wait_readable(-1, -1, when));
    BOOST_TEST((monotonic_now() >= when));
}

BOOST_AUTO_TEST_CASE(sleep_lasts_until_its_time) {
    auto const when = monotonic_now() + 5ms;
    sleep_until(when);
    BOOST_TEST((monotonic_now() >= when));
    sleep_until(when); // in the past: returns
}

BOOST_AUTO_TEST_SUITE_END()
