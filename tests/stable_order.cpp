#include "values/stable_order.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <new>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using restat::detail::sort_stably;

/// An element with a key that others may have too, and its place before the sort.
using item = std::pair<int, std::string>;

bool by_key(item const& a, item const& b) { return a.first < b.first; }

std::vector<item> items_of(unsigned seed, int count, int keys) {
    std::mt19937 random{seed};
    std::vector<item> items;
    for (int i = 0; i < count; ++i)
        items.emplace_back(static_cast<int>(random()) % keys, std::to_string(i));
    return items;
}

} // namespace

BOOST_AUTO_TEST_SUITE(stable_order)

BOOST_AUTO_TEST_CASE(equal_elements_keep_their_order) {
    for (unsigned seed = 1; seed <= 50; ++seed) {
        auto items = items_of(seed, static_cast<int>(seed * 7 % 300), 5);
        auto sorted = items;
        std::stable_sort(sorted.begin(), sorted.end(), by_key);
        sort_stably(items, by_key);
        BOOST_TEST((items == sorted), "seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(elements_in_order_stay_where_they_are) {
    std::vector<item> items{{1, "a"}, {1, "b"}, {2, "c"}};
    auto const* const first = items.data();
    sort_stably(items, by_key);
    BOOST_TEST((items == std::vector<item>{{1, "a"}, {1, "b"}, {2, "c"}}));
    BOOST_TEST(items.data() == first); // nothing was allocated
    std::vector<item> none;
    sort_stably(none, by_key);
    BOOST_TEST(none.empty());
}

BOOST_AUTO_TEST_CASE(elements_outlast_a_comparison_that_throws) {
    auto items = items_of(3, 100, 1000);
    auto const before = items;
    int left = 200;
    BOOST_CHECK_THROW(sort_stably(items,
                                  [&](item const& a, item const& b) {
                                      if (--left == 0) throw std::bad_alloc{};
                                      return by_key(a, b);
                                  }),
                      std::bad_alloc);
    BOOST_TEST((items == before));
}

BOOST_AUTO_TEST_SUITE_END()
