#include "host/trust_in_events.hpp"

#include "support/hinted_stage.hpp"

#include <restat/testing/print.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace restat;
using namespace std::chrono_literals;
using namespace tests;
using detail::trust_in_events;
using testing::file_call;

namespace {

event_coverage const whole{.directories = 200, .watched = 200};

/// A reloader of a slow tree: a pass takes 0.2 s. Every directory is watched.
struct slow_stage : hinted_stage<scripted_clock> {
    explicit slow_stage(schedule when = {}) : hinted_stage{when} {
        events->open();
        events->coverage = {.directories = directories, .watched = directories};
        begin();
        files.set_cost(file_call::stat, 1ms);
        std::error_code error;
        reloader.poll(error); // its duration is the cost of a pass
        zero = clock.now();
        hears.passes = 0;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(trusts_in_events)

BOOST_AUTO_TEST_CASE(two_misses_end_the_trust_until_ten_clean_passes) {
    trust_in_events trust;
    BOOST_TEST(!trust.is_whole());
    trust.cover(whole);
    BOOST_TEST(trust.is_whole());
    trust.judge(1);
    BOOST_TEST(trust.is_whole());
    trust.judge(1);
    BOOST_TEST(!trust.is_whole());
    BOOST_TEST((trust.coverage() == event_coverage{.directories = 200, .partly = 200}));
    for (int pass = 0; pass < 9; ++pass) trust.judge(0);
    BOOST_TEST(!trust.is_whole());
    trust.judge(0);
    BOOST_TEST(trust.is_whole());
    BOOST_TEST((trust.coverage() == whole));
    trust.judge(1);
    BOOST_TEST(trust.is_whole());
}

BOOST_AUTO_TEST_CASE(clean_passes_forgive_a_single_miss) {
    trust_in_events trust;
    trust.cover(whole);
    trust.judge(1);
    for (int pass = 0; pass < 10; ++pass) trust.judge(0);
    trust.judge(1);
    BOOST_TEST(trust.is_whole());
}

BOOST_AUTO_TEST_CASE(coverage_is_news_at_first_and_after_a_change) {
    trust_in_events trust;
    BOOST_TEST(!trust.take_news());
    trust.cover(whole);
    BOOST_TEST(trust.take_news());
    BOOST_TEST(!trust.take_news());
    trust.cover({.directories = 201, .watched = 201});
    BOOST_TEST(!trust.take_news()); // within a hundredth
    trust.cover({.directories = 204, .watched = 204});
    BOOST_TEST(trust.take_news());
    trust.cover({.directories = 204, .watched = 203});
    BOOST_TEST(trust.take_news()); // is no longer whole
    trust.cover({.directories = 204, .watched = 203, .partly = 1});
    BOOST_TEST(trust.take_news());
}

BOOST_AUTO_TEST_CASE(edit_is_delivered_a_quiet_period_after_its_event_without_a_pass) {
    slow_stage of{{.interval = 60s}};
    of.edit_at(1s, "t/7/a");
    of.at(2s, [&] {
        of.files.write("t/8/new");
        of.files.remove("t/9/a");
        of.events->list("t/8");
        of.events->list("t/9");
    });
    of.run_until(4s);
    BOOST_TEST_REQUIRE(of.deliveries.size() == 2U);
    BOOST_TEST((of.told_at(0) <= 1s + 75ms + 20ms));
    BOOST_TEST(of.deliveries[1].paths == "t/8/new t/9/a ");
    BOOST_TEST((of.told_at(1) <= 2s + 75ms + 50ms)); // checks of two directories
    BOOST_TEST(of.hears.passes == 0);
}

BOOST_AUTO_TEST_CASE(edit_in_a_partly_watched_tree_is_delivered_after_a_pass) {
    slow_stage of{{.interval = 60s}};
    --of.events->coverage.watched;
    of.edit_at(1s, "t/7/a");
    of.run_until(4s);
    BOOST_TEST_REQUIRE(of.deliveries.size() == 1U);
    BOOST_TEST((of.told_at(0) > 1s + 75ms + 100ms));
    BOOST_TEST(of.hears.passes == 1);
}

BOOST_AUTO_TEST_CASE(edit_without_a_quiet_period_is_delivered_once_its_record_is_final) {
    slow_stage of{{.interval = 60s, .quiet_period = 0ms}};
    of.edit_at(1s, "t/7/a");
    of.run_until(4s);
    BOOST_TEST_REQUIRE(of.deliveries.size() == 1U);
    BOOST_TEST((of.told_at(0) <= 1s + 20ms));
}

BOOST_AUTO_TEST_CASE(second_edit_begins_the_quiet_period_anew) {
    slow_stage of{{.interval = 60s}};
    of.edit_at(1000ms, "t/7/a");
    of.edit_at(1060ms, "t/7/b");
    of.run_until(4s);
    BOOST_TEST_REQUIRE(of.deliveries.size() == 1U);
    BOOST_TEST(of.deliveries[0].paths == "t/7/a t/7/b ");
    BOOST_TEST((of.told_at(0) >= 1135ms));
    BOOST_TEST((of.told_at(0) <= 1160ms));
}

BOOST_AUTO_TEST_CASE(passes_are_rare_where_each_directory_is_watched) {
    slow_stage of;
    of.run_until(60s);
    BOOST_TEST(of.hears.passes >= 5); // at most 10 s apart
    BOOST_TEST(of.hears.passes <= 7);
    slow_stage partly;
    --partly.events->coverage.watched;
    partly.run_until(60s);
    BOOST_TEST(partly.hears.passes >= 25);
}

BOOST_AUTO_TEST_CASE(edited_file_is_still_checked_at_each_interval) {
    slow_stage of;
    of.edit_at(1s, "t/7/a");
    of.at(4500ms, [&] { of.edit("t/7/a"); }); // without an event
    of.run_until(7s);
    BOOST_TEST_REQUIRE(of.deliveries.size() == 2U);
    BOOST_TEST((of.told_at(1) <= 4500ms + 1s + 200ms));
}

BOOST_AUTO_TEST_CASE(edits_without_events_are_found_and_end_the_trust) {
    slow_stage of;
    of.at(1s, [&] { of.edit("t/7/a"); });
    of.at(2s, [&] { of.edit("t/8/a"); });
    of.run_until(14s);
    BOOST_TEST(of.deliveries.size() >= 1U);
    BOOST_TEST_REQUIRE(of.hears.coverages.size() == 2U);
    BOOST_TEST(of.hears.coverages[0].is_whole());
    BOOST_TEST((of.hears.coverages[1] ==
                event_coverage{.directories = directories, .partly = directories}));
    auto const before = of.hears.passes;
    of.run_until(24s);
    BOOST_TEST(of.hears.passes - before >= 4); // at the full pace again
    of.run_until(100s);
    BOOST_TEST_REQUIRE(of.hears.coverages.size() == 3U);
    BOOST_TEST(of.hears.coverages[2].is_whole());
}

BOOST_AUTO_TEST_CASE(edits_during_a_pass_are_no_misses) {
    slow_stage of;
    --of.events->coverage.watched; // many passes
    for (int i = 0; i < 200; ++i) {
        of.at(1s + i * 100ms, [&, i] {
            of.files.before(file_call::stat, 5, [&, i] {
                auto const path = directory(i % directories) + "/b";
                of.edit(path);
                of.events->check(path);
            });
        });
    }
    of.at(500ms, [&] { ++of.events->coverage.watched; });
    of.run_until(30s);
    BOOST_TEST(of.deliveries.size() > 10U);
    for (auto const& one : of.hears.coverages) BOOST_TEST(one.partly == 0U);
}

BOOST_AUTO_TEST_CASE(names_and_losses_are_no_misses) {
    slow_stage of;
    of.at(1s, [&] {
        for (int d = 0; d < 20; ++d) of.files.write(directory(d) + "/new");
    });
    of.at(30s, [&] {
        for (int d = 0; d < 20; ++d) of.edit(directory(d) + "/a");
        of.events->lose();
    });
    of.run_until(60s);
    BOOST_TEST(of.deliveries.size() >= 2U);
    BOOST_TEST(of.hears.coverages.size() == 1U);
}

BOOST_AUTO_TEST_CASE(poll_of_the_host_is_as_frequent_as_without_events) {
    slow_stage of;
    auto const next = of.reloader.poll().next;
    BOOST_TEST((next - of.clock.now() < 3s));
}

BOOST_AUTO_TEST_SUITE_END()
