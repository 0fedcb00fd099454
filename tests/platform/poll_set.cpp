#include "platform/files/poll_set.hpp"

#include "platform/files/wait.hpp"
#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat::detail;
using tests::pipe_ends;

namespace {

struct two_pipes {
    poll_set set;
    pipe_ends one;
    pipe_ends two;

    two_pipes() {
        set.add(one.read);
        set.add(two.read);
    }
    bool is_readable() const { return wait_readable(set.descriptor(), -1, monotonic_now()); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(poll_sets, two_pipes)

BOOST_AUTO_TEST_CASE(set_is_readable_while_a_member_is) {
    BOOST_TEST(!is_readable());
    BOOST_TEST(::write(two.write, "x", 1) == 1);
    BOOST_TEST(is_readable());
    char byte = 0;
    BOOST_TEST(::read(two.read, &byte, 1) == 1);
    BOOST_TEST(!is_readable());
    BOOST_TEST(::write(one.write, "x", 1) == 1);
    BOOST_TEST(is_readable());
}

BOOST_AUTO_TEST_CASE(removed_member_no_longer_counts) {
    BOOST_TEST(::write(one.write, "x", 1) == 1);
    set.remove(one.read);
    BOOST_TEST(!is_readable());
}

BOOST_AUTO_TEST_CASE(refused_member_is_reported) {
    BOOST_TEST(set.add(one.read)); // again
    BOOST_TEST(!set.add(-1));
    BOOST_TEST(!set.add(set.descriptor()));
}

BOOST_AUTO_TEST_CASE(closed_member_leaves_the_set) {
    BOOST_TEST(::write(one.write, "x", 1) == 1);
    one.close_read();
    BOOST_TEST(!is_readable());
}

BOOST_AUTO_TEST_SUITE_END()
