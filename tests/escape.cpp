#include <restat/escape.hpp>

#include <boost/test/unit_test.hpp>

using restat::escape;

BOOST_AUTO_TEST_SUITE(escaping)

BOOST_AUTO_TEST_CASE(a_plain_name_stays) { BOOST_TEST(escape("src/main.cpp") == "src/main.cpp"); }

BOOST_AUTO_TEST_SUITE_END()
