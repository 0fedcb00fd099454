#include "platform/files/event.hpp"

#include "platform/files/wait.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <thread>

using namespace restat::detail;
using namespace std::chrono_literals;

namespace {

struct opened {
    int event = open_event();
    ~opened() { close_event(event); }
    bool is_readable() const { return wait_readable(event, -1, monotonic_now()); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(events, opened)

BOOST_AUTO_TEST_CASE(event_is_readable_between_raise_and_lower) {
    BOOST_TEST(!is_readable());
    BOOST_TEST(!lower_event(event));
    raise_event(event);
    raise_event(event);
    BOOST_TEST(is_readable());
    BOOST_TEST(lower_event(event));
    BOOST_TEST(!is_readable());
    BOOST_TEST(!lower_event(event));
}

BOOST_AUTO_TEST_CASE(raise_keeps_errno) {
    errno = 42;
    raise_event(event);
    raise_event(-1);
    BOOST_TEST(errno == 42);
}

BOOST_AUTO_TEST_CASE(event_raised_by_another_thread_ends_a_wait) {
    std::jthread const other{[&] { raise_event(event); }};
    BOOST_TEST(wait_readable(event, -1, monotonic_now() + 30s));
}

BOOST_AUTO_TEST_CASE(closing_nothing_does_nothing) {
    close_event(-1);
    BOOST_TEST(!is_readable());
}

BOOST_AUTO_TEST_SUITE_END()
