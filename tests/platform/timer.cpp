#include "platform/files/timer.hpp"

#include "platform/files/wait.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>

using namespace restat::detail;
using namespace std::chrono_literals;

namespace {

bool is_readable_within(timer const& of, std::chrono::nanoseconds limit) {
    return wait_readable(of.descriptor(), -1, monotonic_now() + limit);
}

} // namespace

BOOST_AUTO_TEST_SUITE(timers)

BOOST_AUTO_TEST_CASE(timer_is_readable_after_its_span) {
    timer one;
    BOOST_TEST(!is_readable_within(one, 0s));
    auto const began = monotonic_now();
    one.start(20ms);
    BOOST_TEST(is_readable_within(one, 30s));
    BOOST_TEST((monotonic_now() - began >= 20ms));
    BOOST_TEST(is_readable_within(one, 0s)); // and stays so
}

BOOST_AUTO_TEST_CASE(span_that_is_not_positive_is_over_at_once) {
    timer one;
    for (auto const span : {0ns, -1ns, std::chrono::nanoseconds::min()}) {
        one.start(1h);
        BOOST_TEST(!is_readable_within(one, 0s));
        one.start(span);
        BOOST_TEST(is_readable_within(one, 30s));
    }
}

BOOST_AUTO_TEST_CASE(new_start_and_stop_discard_the_expiry) {
    timer one;
    one.start(0s);
    BOOST_TEST(is_readable_within(one, 30s));
    one.start(std::chrono::nanoseconds::max());
    BOOST_TEST(!is_readable_within(one, 0s));
    one.start(0s);
    BOOST_TEST(is_readable_within(one, 30s));
    one.stop();
    BOOST_TEST(!is_readable_within(one, 0s));
}

BOOST_AUTO_TEST_CASE(timer_is_closed_on_exec) {
    timer const one;
    BOOST_TEST(::fcntl(one.descriptor(), F_GETFD) == FD_CLOEXEC);
}

BOOST_AUTO_TEST_SUITE_END()
