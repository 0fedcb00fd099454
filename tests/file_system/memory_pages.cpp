#include "platform/files/memory_pages.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

using namespace restat;

BOOST_AUTO_TEST_SUITE(memory_pages)

// The vector is larger than any block that an allocator keeps among small ones.
BOOST_AUTO_TEST_CASE(only_whole_pages_of_a_range_are_released) {
    constexpr std::size_t size = 1 << 20;
    constexpr std::size_t begin = 100'001;
    constexpr std::size_t end = 900'001;
    std::vector<char> memory(size, 'x');
    auto const is_kept = [](char c) { return c == 'x'; };
    detail::release_pages(memory.data() + begin, end - begin);
    auto const at = [&](std::size_t i) {
        return memory.begin() + static_cast<std::ptrdiff_t>(i);
    };
    BOOST_TEST(std::all_of(at(0), at(begin), is_kept));
    BOOST_TEST(std::all_of(at(end), memory.end(), is_kept));
    BOOST_TEST(std::none_of(at(begin + 65'536), at(end - 65'536), is_kept));
    std::fill(memory.begin(), memory.end(), 'x');
    BOOST_TEST(std::all_of(memory.begin(), memory.end(), is_kept));
}

BOOST_AUTO_TEST_CASE(part_of_a_page_stays) {
    std::vector<char> memory(1 << 20, 'x');
    for (std::size_t begin = 500'000; begin < 540'000; begin += 1000)
        detail::release_pages(memory.data() + begin, 900);
    detail::release_pages(memory.data(), 0);
    BOOST_TEST(std::all_of(memory.begin(), memory.end(), [](char c) { return c == 'x'; }));
}

BOOST_AUTO_TEST_SUITE_END()
