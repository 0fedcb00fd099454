#include <restat/testing/manual_clock.hpp>

#include <boost/test/unit_test.hpp>

#include <optional>
#include <thread>

using namespace restat;
using namespace std::chrono_literals;
using testing::manual_clock;

namespace {

// Waits on another thread; `ended` joins this thread.
struct sleeper {
    sleeper(manual_clock const& clock, time_point until)
        : waits{[=, this](std::stop_token stop) { woke = clock.wait_until(until, stop); }} {}

    wake ended() {
        waits.join();
        return *woke;
    }

    std::optional<wake> woke;
    std::jthread waits;
};

} // namespace

BOOST_AUTO_TEST_SUITE(a_manual_clock)

BOOST_AUTO_TEST_CASE(stands_still_until_advanced_and_shares_its_time_with_copies) {
    manual_clock const clock;
    auto const began = clock.now();
    std::this_thread::sleep_for(2ms);
    BOOST_TEST((clock.now() == began));
    manual_clock const copy = clock;
    copy.advance(3h);
    BOOST_TEST((clock.now() == began + 3h));
}

BOOST_AUTO_TEST_CASE(measures_work_while_its_time_stands_still) {
    manual_clock const clock;
    auto const began = clock.work_now();
    auto const now = clock.now();
    clock.work(300us);
    BOOST_TEST((clock.now() == now));
    BOOST_TEST((clock.work_now() == began + 300us));
    clock.advance(1s);
    BOOST_TEST((clock.work_now() == began + 1s + 300us));
}

BOOST_AUTO_TEST_CASE(reports_the_next_wake_up_time_and_wakes_no_earlier) {
    manual_clock const clock;
    sleeper later{clock, clock.now() + 2h};
    BOOST_TEST((clock.next_sleeper() == clock.now() + 2h));
    sleeper sooner{clock, clock.now() + 1h};
    while (clock.next_sleeper() != clock.now() + 1h) std::this_thread::yield();
    clock.advance(1h);
    BOOST_TEST((sooner.ended() == wake::deadline));
    BOOST_TEST((clock.next_sleeper() == clock.now() + 1h));
    clock.advance(1h);
    BOOST_TEST((later.ended() == wake::deadline));
}

BOOST_AUTO_TEST_CASE(wakes_and_stops_on_request) {
    manual_clock const clock;
    sleeper hinted{clock, clock.now() + 1h};
    clock.next_sleeper();
    clock.hint();
    BOOST_TEST((hinted.ended() == wake::hint));
    sleeper stopped{clock, clock.now() + 1h};
    clock.next_sleeper();
    stopped.waits.request_stop();
    BOOST_TEST((stopped.ended() == wake::stopped));
}

BOOST_AUTO_TEST_CASE(keeps_a_hint_for_exactly_the_next_wait) {
    manual_clock const clock;
    clock.hint();
    clock.hint();
    BOOST_TEST((clock.wait_until(clock.now() + 1h, {}) == wake::hint));
    BOOST_TEST((clock.wait_until(clock.now(), {}) == wake::deadline));
}

BOOST_AUTO_TEST_SUITE_END()
