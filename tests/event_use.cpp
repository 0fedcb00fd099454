#include <restat/event_use.hpp>

#include <restat/options.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;

BOOST_AUTO_TEST_SUITE(event_use_)

BOOST_AUTO_TEST_CASE(events_are_used_on_request) {
    BOOST_TEST((options{}.events == event_use::off));
    BOOST_TEST(to_string(event_use::automatic) == "automatic");
    BOOST_TEST(to_string(event_use::off) == "off");
}

BOOST_AUTO_TEST_SUITE_END()
