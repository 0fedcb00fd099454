#include <restat/change_history.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(reasons)

BOOST_AUTO_TEST_CASE(description_names_every_wait) {
    struct row {
        awaited what;
        char const* text;
    };
    using enum awaited;
    row const table[] = {
        {nothing, "first seen 80 ms before"},
        {quiet, "first seen 80 ms before, waited for quiet"},
        {content, "first seen 80 ms before, waited for an emptied file to be written"},
        {final_record, "first seen 80 ms before, waited for its record to be final"},
        {retry, "first seen 80 ms before, waited for another attempt"},
        {quiet | final_record | retry, "first seen 80 ms before, waited for quiet, for its "
                                       "record to be final and for another attempt"},
    };
    time_point const start{1h};
    for (auto const& [what, text] : table) {
        BOOST_TEST(to_string({start, start, start + 80ms, what, false, false}) == text);
    }
}

BOOST_AUTO_TEST_CASE(description_names_later_changes_forced_and_repeated_deliveries) {
    time_point const start{1h};
    BOOST_TEST(to_string({start, start + 950ms, start + 1001ms, awaited::quiet, true, false}) ==
               "first seen 1 s before, last changed 51 ms before, waited for quiet, "
               "delivered at the latest time allowed");
    BOOST_TEST(to_string({start, start, start + 75ms, awaited::quiet, false, true}) ==
               "first seen 75 ms before, waited for quiet, delivered because an earlier "
               "record was not final");
}

BOOST_AUTO_TEST_SUITE_END()
