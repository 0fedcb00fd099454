#include "values/stepwise_sort.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <random>
#include <utility>
#include <vector>

namespace {

/// An element with a key that others may have too, and its place before the sort.
using item = std::pair<int, int>;

bool by_key(item const& a, item const& b) { return a.first < b.first; }

std::vector<item> items_of(unsigned seed, int count, int keys) {
    std::mt19937 random{seed};
    std::vector<item> items;
    for (int i = 0; i < count; ++i)
        items.emplace_back(static_cast<int>(random() % static_cast<unsigned>(keys)), i);
    return items;
}

/// Sorts, and returns the number of steps.
int sort(std::vector<item>& items) {
    restat::detail::stepwise_sort<item> sort;
    int steps = 1;
    while (sort.step(items, by_key)) ++steps;
    return steps;
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_sort_in_steps)

BOOST_AUTO_TEST_CASE(equal_elements_keep_their_order) {
    for (unsigned seed = 0; seed <= 60; ++seed) {
        auto items = items_of(seed, static_cast<int>(seed * 7 % 300), 1 + static_cast<int>(seed));
        auto sorted = items;
        std::stable_sort(sorted.begin(), sorted.end(), by_key);
        sort(items);
        BOOST_TEST((items == sorted), "seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(steps_stay_small) {
    auto items = items_of(1, 10'000, 10'000);
    BOOST_TEST(sort(items) > 10'000 / 64 * 2);
    BOOST_TEST(sort(items) >= 10'000 / 64); // in order
    BOOST_TEST(sort(items) <= 10'000 / 32);
}

BOOST_AUTO_TEST_CASE(sorted_elements_need_no_further_step) {
    restat::detail::stepwise_sort<item> sort;
    std::vector<item> items{{2, 0}, {1, 1}};
    while (sort.step(items, by_key)) continue;
    BOOST_TEST(!sort.step(items, by_key));
    BOOST_TEST((items == std::vector<item>{{1, 1}, {2, 0}}));
}

BOOST_AUTO_TEST_SUITE_END()
