#include <restat/version.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

// A program may ask for a version at compile time.
#if RESTAT_VERSION_MAJOR > 0 || RESTAT_VERSION_MINOR >= 1
constexpr bool is_recent = true;
#else
constexpr bool is_recent = false;
#endif

BOOST_AUTO_TEST_SUITE(version)

BOOST_AUTO_TEST_CASE(numbers_can_be_compared_by_the_preprocessor) {
    BOOST_TEST(is_recent);
    BOOST_TEST(RESTAT_VERSION_PATCH >= 0);
}

BOOST_AUTO_TEST_CASE(numbers_are_those_of_the_package) {
    auto const version = std::to_string(RESTAT_VERSION_MAJOR) + '.' +
                         std::to_string(RESTAT_VERSION_MINOR) + '.' +
                         std::to_string(RESTAT_VERSION_PATCH);
    BOOST_TEST(version == PACKAGE_VERSION);
}

BOOST_AUTO_TEST_SUITE_END()
