#include <restat/schedule.hpp>

#include <restat/testing/recording_restart.hpp>

#include "support/stage_in_memory.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace std::chrono_literals;

namespace {

struct stage : support::stage_in_memory<testing::recording_restart> {
    explicit stage(schedule when) : stage_in_memory{testing::recording_restart{}, when} {
        reloader.baseline();
    }

    void edit(std::string_view content) {
        files.write("t/a", content);
        edited = clock.now();
    }
    /// Polls every 5 ms until a delivery, and returns the time since the last edit; gives up
    /// after `limit`.
    std::chrono::nanoseconds until_delivery(std::chrono::nanoseconds limit = 1min) {
        auto const end = clock.now() + limit;
        while (clock.now() < end) {
            if (reloader.poll().state == poll_state::delivered) return clock.now() - edited;
            clock.advance(5ms);
        }
        return limit;
    }

    time_point edited{};
};

} // namespace

BOOST_AUTO_TEST_SUITE(schedules)

BOOST_AUTO_TEST_CASE(change_is_delivered_after_the_quiet_period) {
    for (auto const quiet : {75ms, 300ms}) {
        stage on{{.quiet_period = quiet}};
        on.edit("22");
        auto const length = on.until_delivery();
        BOOST_TEST((length >= quiet));
        BOOST_TEST((length <= quiet + 20ms));
    }
}

BOOST_AUTO_TEST_CASE(emptied_file_gets_a_longer_quiet_period) {
    stage on{{.quiet_period = 50ms, .empty_period = 400ms}};
    on.edit("");
    auto const length = on.until_delivery();
    BOOST_TEST((length >= 400ms));
    BOOST_TEST((length <= 420ms));
}

BOOST_AUTO_TEST_CASE(file_that_keeps_changing_is_delivered_at_the_longest_wait) {
    stage on{{.quiet_period = 100ms, .max_wait = 1s}};
    auto const began = on.clock.now();
    bool is_delivered = false;
    for (int i = 0; i < 100 && !is_delivered; ++i) {
        on.edit(std::string(static_cast<std::size_t>(i + 2), 'x'));
        is_delivered = on.until_delivery(50ms) < 50ms;
    }
    BOOST_TEST(is_delivered);
    BOOST_TEST((on.clock.now() - began >= 1s));
    BOOST_TEST((on.clock.now() - began <= 1100ms));
}

BOOST_AUTO_TEST_CASE(without_a_longest_wait_the_quiet_period_is_waited_for) {
    stage on{{.quiet_period = 100ms, .max_wait = unlimited}};
    for (int i = 0; i < 100; ++i) {
        on.edit(std::string(static_cast<std::size_t>(i + 2), 'x'));
        BOOST_REQUIRE((on.until_delivery(50ms) == 50ms));
    }
    auto const length = on.until_delivery();
    BOOST_TEST((length >= 100ms));
    BOOST_TEST((length <= 120ms));
}

BOOST_AUTO_TEST_CASE(next_scan_starts_an_interval_after_the_last_scan) {
    for (auto const interval : {1s, 20s}) {
        stage on{{.interval = interval}};
        on.clock.advance(interval);
        auto const began = on.clock.now();
        BOOST_TEST((on.reloader.poll().next == began + interval));
    }
}

BOOST_AUTO_TEST_SUITE_END()
