#include <restat/detail/joint_descriptor.hpp>

#include "platform/files/wait.hpp"
#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <utility>

using namespace restat::detail;
using tests::pipe_ends;

namespace {

bool is_readable(int descriptor) { return wait_readable(descriptor, -1, monotonic_now()); }

} // namespace

BOOST_AUTO_TEST_SUITE(joint_descriptors)

BOOST_AUTO_TEST_CASE(single_descriptor_is_returned_as_it_is) {
    joint_descriptor joined;
    BOOST_TEST(joined.of({}) == -1);
    BOOST_TEST(joined.of({-1, -1}) == -1);
    BOOST_TEST(joined.of({-1, 7}) == 7);
}

BOOST_AUTO_TEST_CASE(joint_descriptor_is_readable_while_a_part_is) {
    pipe_ends one;
    pipe_ends two;
    joint_descriptor joined;
    BOOST_TEST(!is_readable(joined.of({one.read, two.read})));
    BOOST_TEST(::write(two.write, "x", 1) == 1);
    BOOST_TEST(is_readable(joined.of({one.read, two.read})));
    char byte = 0;
    BOOST_TEST(::read(two.read, &byte, 1) == 1);
    BOOST_TEST(!is_readable(joined.of({one.read, two.read})));
    BOOST_TEST(::write(one.write, "x", 1) == 1);
    BOOST_TEST(is_readable(joined.of({one.read, two.read})));
}

BOOST_AUTO_TEST_CASE(part_that_is_left_out_no_longer_counts) {
    pipe_ends one;
    pipe_ends two;
    pipe_ends three;
    joint_descriptor joined;
    BOOST_TEST(::write(two.write, "x", 1) == 1);
    BOOST_TEST(is_readable(joined.of({one.read, two.read})));
    BOOST_TEST(!is_readable(joined.of({one.read, three.read})));
}

BOOST_AUTO_TEST_CASE(number_of_a_closed_part_may_be_used_again) {
    pipe_ends one;
    joint_descriptor joined;
    int number = -1;
    {
        pipe_ends two;
        number = two.read;
        joined.of({one.read, two.read});
    }
    pipe_ends again;
    int const moved = ::dup2(again.read, number);
    BOOST_TEST(moved == number);
    BOOST_TEST(::write(again.write, "x", 1) == 1);
    BOOST_TEST(is_readable(joined.of({one.read, number})));
    if (number != again.read) ::close(number);
}

BOOST_AUTO_TEST_CASE(copy_is_empty_and_joins_on_its_own) {
    pipe_ends one;
    pipe_ends two;
    joint_descriptor joined;
    int const set = joined.of({one.read, two.read});
    joint_descriptor copy{joined};
    BOOST_TEST(copy.of({one.read, two.read}) != set);
    joint_descriptor const moved{std::move(joined)};
    BOOST_TEST(!is_readable(set));
}

BOOST_AUTO_TEST_SUITE_END()
