#include <restat/change_reason.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(reasons)

BOOST_AUTO_TEST_CASE(each_thing_waited_for_is_named) {
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
        BOOST_TEST(describe({start, start, start + 80ms, what, false, false}) == text);
    }
}

BOOST_AUTO_TEST_CASE(what_moved_on_what_was_hurried_and_what_is_told_again_says_so) {
    time_point const start{1h};
    BOOST_TEST(describe({start, start + 950ms, start + 1001ms, awaited::quiet, true, false}) ==
               "first seen 1 s before, last moved 51 ms before, waited for quiet, which did not "
               "come in time");
    BOOST_TEST(describe({start, start, start + 75ms, awaited::quiet, false, true}) ==
               "first seen 75 ms before, waited for quiet, told once more as its record was not "
               "final then");
}

BOOST_AUTO_TEST_SUITE_END()
