#include <restat/clock/sleep_clock.hpp>

#include "clock/is_once_in_time.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

using namespace restat;
using namespace std::chrono_literals;

static_assert(waitable_clock<sleep_clock>);
static_assert(!descriptor_clock<sleep_clock>);

BOOST_AUTO_TEST_SUITE(sleep_clocks)

BOOST_AUTO_TEST_CASE(time_agrees_with_the_system_clock) {
    auto const before = std::chrono::steady_clock::now();
    auto const now = sleep_clock{}.now();
    BOOST_TEST((before <= now && now <= std::chrono::steady_clock::now()));
}

BOOST_AUTO_TEST_CASE(a_wait_ends_at_its_deadline_and_not_before) {
    sleep_clock const clock;
    auto const when = clock.now() + 60ms; // more than a single nap
    BOOST_TEST((clock.wait_until(when, {}) == wake::deadline));
    BOOST_TEST((clock.now() >= when));
}

BOOST_AUTO_TEST_CASE(a_deadline_in_the_past_ends_the_wait_at_once) {
    sleep_clock const clock;
    BOOST_TEST((clock.wait_until(clock.now() - 1h, {}) == wake::deadline));
    BOOST_TEST((clock.wait_until(time_point{}, {}) == wake::deadline));
    BOOST_TEST((clock.wait_until(time_point::min(), {}) == wake::deadline));
}

BOOST_AUTO_TEST_CASE(stopped_token_ends_the_wait_at_once) {
    sleep_clock const clock;
    std::stop_source source;
    source.request_stop();
    BOOST_TEST((clock.wait_until(time_point::max(), source.get_token()) == wake::stopped));
    BOOST_TEST((clock.wait_until(time_point::min(), source.get_token()) == wake::stopped));
}

BOOST_AUTO_TEST_CASE(stop_request_ends_an_unlimited_wait_within_200_ms) {
    sleep_clock const clock;
    for (auto const when : {clock.now() + 1h, time_point::max()}) {
        bool const is_in_time = is_once_in_time([&] {
            wake reason = wake::hint;
            std::jthread waiting{
                [&](std::stop_token stop) { reason = clock.wait_until(when, stop); }};
            std::this_thread::sleep_for(20ms);
            auto const asked = clock.now();
            waiting.request_stop();
            waiting.join();
            BOOST_TEST((reason == wake::stopped));
            return clock.now() - asked;
        });
        BOOST_TEST(is_in_time);
    }
}

BOOST_AUTO_TEST_SUITE_END()
