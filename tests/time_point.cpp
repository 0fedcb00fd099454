#include <restat/time_point.hpp>

#include <boost/test/unit_test.hpp>

#include <concepts>

BOOST_AUTO_TEST_SUITE(time_points)

// Schedules add nanoseconds to a time of the clock without a cast or a loss.
BOOST_AUTO_TEST_CASE(time_is_steady_and_counts_nanoseconds) {
    using restat::time_point;
    static_assert(std::same_as<time_point::duration, std::chrono::nanoseconds>);
    static_assert(time_point::clock::is_steady);
    time_point const now = std::chrono::steady_clock::now();
    BOOST_TEST((now + std::chrono::nanoseconds{1} > now));
    BOOST_TEST(((time_point::max)() - now > std::chrono::hours{24 * 365 * 100}));
}

BOOST_AUTO_TEST_SUITE_END()
