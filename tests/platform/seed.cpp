#include "platform/files/seed.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

BOOST_AUTO_TEST_SUITE(seeds)

BOOST_AUTO_TEST_CASE(each_seed_is_another_number) {
    std::set<std::uint64_t> numbers;
    for (int i = 0; i < 100; ++i) numbers.insert(restat::detail::new_seed());
    BOOST_TEST(numbers.size() == 100U);
}

BOOST_AUTO_TEST_SUITE_END()
