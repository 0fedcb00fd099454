#include <restat/detail/run_loop.hpp>

#include "support/hinted_stage.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

// `run` with the hints of events. The tree has 40 directories with three files each.
using namespace restat;
using namespace std::chrono_literals;
using namespace tests;
using restat::testing::file_call;

namespace {

struct with_descriptor : hinted_stage<scripted_clock> {
    with_descriptor() {
        events->open();
        begin();
    }
};

/// A strategy whose program says by a descriptor that it wants to be supervised.
struct supervised_recorder : timed_recorder {
    int ready;
    std::vector<time_point>* supervised;
    bool is_stopped = false;

    void start(time_point) {}
    supervision supervise(time_point now) {
        supervised->push_back(now);
        detail::lower_event(ready);
        auto const state = is_stopped ? supervision::state::idle : supervision::state::running;
        return {state, (time_point::max)(), false};
    }
    void stop(time_point) { is_stopped = true; }
    int descriptor() const { return ready; }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(hints_of_a_descriptor, with_descriptor)

BOOST_AUTO_TEST_CASE(edit_is_found_when_its_event_arrives) {
    edit_at(1s, "t/7/a");
    run_until(9s);
    BOOST_TEST_REQUIRE(deliveries.size() == 1U);
    BOOST_TEST(deliveries[0].paths == "t/7/a ");
    BOOST_TEST((told_at(0) <= 1s + schedule{}.quiet_period + 1ms));
}

BOOST_AUTO_TEST_CASE(edit_without_an_event_is_found_by_the_next_scan) {
    at(1s, [&] { edit("t/7/a"); });
    run_until(11s);
    BOOST_TEST_REQUIRE(deliveries.size() == 1U);
    BOOST_TEST((told_at(0) > 9s));
}

BOOST_AUTO_TEST_CASE(hinted_file_costs_a_check_of_this_file) {
    at(1s, [&] { events->check("t/7/a"); });
    run_until(2s);
    BOOST_TEST(checked() <= 4U); // twice, since there was no difference
    BOOST_TEST(hears.passes == 0);
    BOOST_TEST(deliveries.empty());
}

BOOST_AUTO_TEST_CASE(place_without_events_is_checked_at_each_interval) {
    bool is_edited = false;
    events->coverage.checked = 1;
    events->on_check = [&](hint_list& into) {
        if (std::exchange(is_edited, false)) into.check_file("t/7/a");
    };
    files.set_cost(file_call::stat, 10ms); // so that scans of everything are rare
    at(21s, [&] { edit("t/7/a"), is_edited = true; });
    run_until(32s);
    BOOST_TEST_REQUIRE(deliveries.size() == 1U);
    BOOST_TEST((told_at(0) > 21s && told_at(0) < 31s));
    BOOST_TEST((events->checks >= 2 && events->checks <= 4));
}

BOOST_AUTO_TEST_CASE(nothing_is_checked_where_scans_find_everything) {
    run_until(25s);
    BOOST_TEST(events->checks == 0); // all directories have events
    events->coverage = {.directories = 40, .watched = 39, .checked = 1};
    run_until(55s);
    BOOST_TEST(events->checks <= 1); // scans come at each interval
}

BOOST_AUTO_TEST_CASE(new_directory_is_known_with_everything_below_after_one_scan) {
    at(1s, [&] {
        files.write("t/3/new/deep/leaf");
        files.rename("t/3/new", "t/3/other");
        events->list("t/3");
    });
    at(1001ms, [&] { BOOST_TEST(reloader.latest().contains("t/3/other/deep/leaf")); });
    run_until(3s);
    BOOST_TEST_REQUIRE(deliveries.size() == 1U);
    BOOST_TEST(deliveries[0].paths == "t/3/other/deep/leaf ");
}

BOOST_AUTO_TEST_CASE(hinted_file_that_is_new_or_gone_is_found) {
    at(1s, [&] {
        files.write("t/5/new");
        files.remove("t/6/a");
        events->check("t/5/new");
        events->check("t/6/a");
    });
    at(1050ms, [&] {
        BOOST_TEST(reloader.latest().contains("t/5/new"));
        BOOST_TEST(!reloader.latest().contains("t/6/a"));
        BOOST_TEST(hears.passes == 0);
    });
    run_until(3s);
    BOOST_TEST_REQUIRE(deliveries.size() == 1U);
    BOOST_TEST(deliveries[0].paths == "t/5/new t/6/a ");
}

BOOST_AUTO_TEST_CASE(event_before_its_difference_leads_to_a_second_scan) {
    at(1s, [&] { events->check("t/7/a"); });
    at(1005ms, [&] { edit("t/7/a"); });
    at(2s, [&] { events->list("t/8"); });
    at(2005ms, [&] { files.write("t/8/new"); });
    run_until(4s);
    BOOST_TEST_REQUIRE(deliveries.size() == 2U);
    BOOST_TEST((told_at(0) < 1100ms));
    BOOST_TEST((told_at(1) < 2100ms));
}

BOOST_AUTO_TEST_CASE(directory_that_is_not_known_is_scanned_twice_and_forgotten) {
    at(1s, [&] { events->list("t/missing/below"); });
    run_until(9s);
    BOOST_TEST(hears.passes == 0);
    BOOST_TEST(checked() <= 20U);
    BOOST_TEST(deliveries.empty());
}

BOOST_AUTO_TEST_CASE(late_event_of_a_delivered_edit_delivers_nothing) {
    edit_at(1s, "t/7/a");
    at(1500ms, [&] { events->check("t/7/a"); });
    run_until(5s);
    BOOST_TEST(deliveries.size() == 1U);
}

BOOST_AUTO_TEST_CASE(loss_leads_to_one_pass_at_once) {
    at(1s, [&] {
        edit("t/7/a");
        events->lose();
    });
    at(1005ms, [&] { BOOST_TEST(hears.passes == 1); });
    run_until(2s);
    BOOST_TEST_REQUIRE(deliveries.size() == 1U);
    BOOST_TEST((told_at(0) <= 1s + schedule{}.quiet_period + 1ms));
}

BOOST_AUTO_TEST_CASE(losses_without_end_keep_the_share_of_the_processor) {
    files.set_cost(file_call::stat, 100us); // a pass takes 16 ms
    for (auto when = 1s + 0ms; when < 9s; when += 5ms) at(when, [&] { events->lose(); });
    run_until(9s);
    BOOST_TEST(hears.passes >= 30);
    BOOST_TEST(hears.passes <= 8s / 160ms + 2);
}

BOOST_AUTO_TEST_CASE(more_than_a_quarter_of_the_directories_leads_to_a_pass) {
    at(1s, [&] {
        for (int d = 0; d < directories / 4; ++d) events->list(directory(d));
    });
    at(2s, [&] {
        BOOST_TEST(hears.passes == 0);
        for (int d = 0; d <= directories / 4; ++d) events->list(directory(d));
    });
    run_until(3s);
    BOOST_TEST(hears.passes == 1);
}

BOOST_AUTO_TEST_CASE(storm_of_false_hints_keeps_the_share_and_delivers_nothing) {
    files.set_cost(file_call::stat, 200us);
    for (int i = 0; i < 8000; ++i)
        at(1s + i * 1ms, [=, this] { events->list(directory(i % 9)); });
    auto const before = clock.waits();
    run_until(9s);
    BOOST_TEST((checked() * 200us <= 8s * 0.12));
    BOOST_TEST(checked() > 1000U);
    BOOST_TEST(clock.waits() - before < 4 * 800); // scans are 10 ms apart
    BOOST_TEST(deliveries.empty());
}

BOOST_AUTO_TEST_CASE(burst_of_names_is_one_delivery) {
    for (int i = 0; i < 300; ++i) {
        at(1s + i * 1ms, [=, this] {
            files.write(directory(i % 8) + "/new" + std::to_string(i));
            events->list(directory(i % 8));
        });
    }
    run_until(5s);
    BOOST_TEST(deliveries.size() == 1U);
}

BOOST_AUTO_TEST_CASE(readable_descriptor_without_hints_makes_no_busy_loop_and_is_reported_once) {
    events->stays_readable = true;
    at(1s, [&] { events->raise(); });
    auto const before = clock.waits();
    run_until(30s);
    BOOST_TEST(clock.waits() - before < 2200); // 10 s with 100 wake-ups a second
    BOOST_TEST(hears.passes <= 4);
    BOOST_TEST_REQUIRE(hears.findings.size() == 1U);
    BOOST_TEST(hears.findings[0].find("take hints") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(events_without_hints_wake_the_reloader_at_most_every_10_ms) {
    for (int i = 0; i < 10000; ++i) at(1s + i * 100us, [&] { events->raise(); });
    auto const before = clock.waits();
    run_until(3s);
    BOOST_TEST(clock.waits() - before < 250);
    BOOST_TEST(hears.passes == 0);
    BOOST_TEST(checked() == 0U);
}

BOOST_AUTO_TEST_CASE(exception_of_take_hints_is_reported_once_and_scans_go_on) {
    events->on_take = [] { throw std::runtime_error{"broken"}; };
    at(1s, [&] { edit("t/7/a"), events->raise(); });
    run_until(25s);
    BOOST_TEST(hears.findings.size() == 1U);
    BOOST_TEST_REQUIRE(deliveries.size() == 1U);
    BOOST_TEST((told_at(0) < 1200ms));
    BOOST_TEST(clock.waits() < 5000);
}

BOOST_AUTO_TEST_CASE(lasting_exception_of_check_unwatched_is_reported_once) {
    bool is_broken = true;
    events->coverage.checked = 1;
    events->on_check = [&](hint_list& into) {
        if (is_broken) throw std::runtime_error{"broken"};
        into.check_file("t/7/a");
    };
    files.set_cost(file_call::stat, 10ms); // so that scans of everything are rare
    at(60s, [&] { is_broken = false; });
    at(90s, [&] { edit("t/7/a"); });
    run_until(150s);
    BOOST_TEST(events->checks >= 5); // before and after the end of the failure
    BOOST_TEST_REQUIRE(hears.findings.size() == 1U);
    BOOST_TEST(hears.findings[0].find("check places without events") != std::string::npos);
    BOOST_TEST_REQUIRE(deliveries.size() == 1U);
    BOOST_TEST((told_at(0) < 101s));
}

BOOST_AUTO_TEST_CASE(failures_of_events_and_of_checks_are_reported_apart) {
    events->coverage.checked = 1;
    events->on_check = [](hint_list&) { throw std::runtime_error{"broken check"}; };
    at(25s, [&] { events->on_take = [] { throw std::runtime_error{"broken events"}; }; });
    run_until(60s);
    BOOST_TEST_REQUIRE(hears.findings.size() == 2U);
    BOOST_TEST(hears.findings[0].find("broken check") != std::string::npos);
    BOOST_TEST(hears.findings[1].find("broken events") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(hint_during_the_callback_is_not_lost) {
    during = [&] {
        edit("t/9/b");
        events->check("t/9/b");
    };
    edit_at(1s, "t/7/a");
    run_until(3s);
    BOOST_TEST_REQUIRE(deliveries.size() == 2U);
    BOOST_TEST(deliveries[1].paths == "t/9/b ");
    BOOST_TEST((told_at(1) < 1300ms));
}

BOOST_AUTO_TEST_CASE(run_waits_for_the_hints_and_for_the_strategy_together) {
    int const ready = detail::open_event();
    std::vector<time_point> supervised;
    basic_reloader both{hinting_tree{tree{"t", {}, files}, events}, &keep, clock,
                        supervised_recorder{{clock, &deliveries, &during}, ready, &supervised},
                        schedule{.interval = 10s}};
    both.baseline();
    zero = clock.now();
    at(1s, [&] { detail::raise_event(ready); });
    edit_at(2s, "t/7/a");
    std::stop_source done;
    at(3s, [&] { done.request_stop(); });
    both.run(done.get_token());
    detail::close_event(ready);
    BOOST_TEST((std::count(supervised.begin(), supervised.end(), zero + 1s) >= 1));
    BOOST_TEST_REQUIRE(deliveries.size() == 1U);
    BOOST_TEST((told_at(0) < 2100ms));
    BOOST_TEST(supervised.size() < 20U);
}

BOOST_AUTO_TEST_SUITE_END()
