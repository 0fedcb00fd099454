#include "base/plain_length.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(plain_lengths)

BOOST_AUTO_TEST_CASE(length_is_printed_in_a_suitable_unit) {
    struct row {
        std::chrono::nanoseconds time;
        char const* text;
    };
    row const table[] = {
        {0ns, "0 ms"},     {400us, "0.4 ms"}, {4ms, "4 ms"},      {9949us, "9.9 ms"},
        {9950us, "10 ms"}, {75ms, "75 ms"},   {74500us, "74 ms"}, {999ms, "999 ms"},
        {1s, "1 s"},       {1500ms, "1.5 s"}, {119s, "119 s"},    {3min, "3 min"},
        {150s, "2.5 min"}, {5h, "5 h"},       {100h, "100 h"},
    };
    for (auto const& [time, text] : table) BOOST_TEST(restat::detail::plain_length(time) == text);
}

BOOST_AUTO_TEST_SUITE_END()
