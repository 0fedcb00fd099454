#include "support/pausing.hpp"
#include "support/sliced_tree.hpp"

#include <restat/testing/replay_trace.hpp>
#include <restat/testing/trace_recorder.hpp>

#include <boost/test/unit_test.hpp>

#include <set>

// Pending changes after their quiet period: a recheck precedes each delivery, even if the sliced
// scan would reach the paths much later.
using namespace support::sliced;

namespace {

struct settled_stage : stage {
    explicit settled_stage(schedule when = {}) : stage{when} {
        baseline();
        clock.advance(2s);
        round();
    }

    /// Runs a slice in each frame, for a period.
    void play(nanoseconds time, nanoseconds frame = 16ms) {
        for (auto const end = clock.now() + time; clock.now() < end;) {
            slice();
            clock.advance(frame);
        }
    }
    /// Waits until the end of the next scan, and requires a pending change.
    void until_due() {
        clock.advance(2s);
        BOOST_TEST_REQUIRE((round().state == poll_state::settling));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_last_look, settled_stage)

// A backup and rename, seen between the two steps.
BOOST_AUTO_TEST_CASE(recheck_finds_a_file_removed_for_a_moment) {
    files.remove("t/d3/f3");
    until_due();
    clock.advance(10ms);
    files.write("t/d3/f3", "saved");
    play(900ms);
    BOOST_TEST(told == texts{"modified t/d3/f3"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(recheck_drops_a_file_added_for_a_moment) {
    files.write("t/d3/f3.tmp", "half");
    until_due();
    clock.advance(10ms);
    files.remove("t/d3/f3.tmp");
    play(900ms);
    BOOST_TEST(told == texts{}, boost::test_tools::per_element());
    BOOST_TEST(agrees());
}

BOOST_AUTO_TEST_CASE(recheck_finds_a_directory_moved_away_for_a_moment) {
    files.rename("t/d3", "old");
    until_due();
    clock.advance(10ms);
    files.rename("old", "t/d3");
    play(900ms);
    for (auto const& one : told) BOOST_TEST(one.starts_with("modified t/d3/")); // their ctime
    BOOST_TEST(agrees());
}

BOOST_AUTO_TEST_CASE(recheck_finds_a_root_moved_away_for_a_moment) {
    files.rename("t", "old");
    until_due();
    clock.advance(10ms);
    files.rename("old", "t");
    play(900ms);
    for (auto const& one : told) BOOST_TEST(one.starts_with("modified t/"));
    BOOST_TEST(agrees());
}

// A full scan takes seconds, without a pause before the next full scan.
BOOST_AUTO_TEST_CASE(recheck_is_not_delayed_by_a_full_scan) {
    settled_stage world{{.interval = 0ms}};
    auto const frame = [&] {
        auto const result = world.slice(40us);
        world.clock.advance(16ms);
        return result.round_ended;
    };
    while (!frame()) continue;
    world.files.remove("t/d3/f3");
    auto const began = world.clock.now();
    while (!frame()) continue;
    BOOST_TEST((world.clock.now() - began >= 1500ms));
    world.files.write("t/d3/f3", "saved");
    for (int i = 0; i < 60; ++i) frame();
    BOOST_TEST(world.told == texts{"modified t/d3/f3"}, boost::test_tools::per_element());
}

// A scan of a single place does not see the removal from the other place.
BOOST_AUTO_TEST_CASE(recheck_finds_a_directory_moved_in_place_of_a_removed_directory) {
    files.write("t/d4/sub/f3");
    settle();
    told.clear();
    files.remove("t/d3");
    until_due();
    clock.advance(10ms);
    files.rename("t/d4/sub", "t/d3");
    play(3s);
    BOOST_TEST(agrees());
    std::set<std::string> const all(told.begin(), told.end());
    BOOST_TEST(all.contains("modified t/d3/f3"));
    BOOST_TEST(all.contains("removed t/d4/sub/f3"));
    BOOST_TEST(told.size() == 21U);
}

// More files than the list of recent edits holds.
BOOST_AUTO_TEST_CASE(recheck_covers_every_pending_change) {
    settled_stage world{{.interval = 10s}};
    auto const each = [&](auto const& then) {
        for (int i = 0; i < 300; ++i)
            then("t/d" + std::to_string(i / 20) + "/f" + std::to_string(i % 20));
    };
    each([&](auto const& path) { world.files.resize(path, 0); });
    world.clock.advance(10s);
    world.until_due();
    world.clock.advance(10ms);
    each([&](auto const& path) { world.files.write(path, "full"); });
    std::size_t empty = 0;
    world.act = [&](change_set const& changes) {
        for (change const& c : changes) empty += c.after.size == 0 ? 1 : 0;
        return restart_result::restarted;
    };
    world.play(990ms, 4ms);
    BOOST_TEST(world.told.size() == 300U);
    BOOST_TEST(empty == 0U);
}

// The recheck may not finish before the latest time of a delivery.
BOOST_AUTO_TEST_CASE(recheck_does_not_delay_a_delivery_beyond_max_wait) {
    files.remove("t/d3");
    until_due();
    files.set_cost(file_call::stat, 200ms);
    auto const seen = clock.now();
    slice_result result;
    for (int left = 100; left > 0 && told.empty(); --left) {
        clock.advance(std::max(nanoseconds{}, nanoseconds{result.next - clock.now()}));
        result = slice();
    }
    BOOST_TEST((result.state == poll_state::delivered));
    BOOST_TEST((clock.now() - seen <= 1s + 2 * 200ms + longest_entry));
}

// `max_wait` expires in the middle of the recheck's scan, which then finds a directory that has
// moved out of the scanned directories.
BOOST_AUTO_TEST_CASE(recheck_asks_for_no_pass_after_its_delivery) {
    settled_stage world{{.interval = 600s}};
    world.files.make_directory("t/d1/empty");
    world.clock.advance(600s);
    world.round();
    world.files.remove("t/d3");
    world.clock.advance(600s);
    BOOST_TEST_REQUIRE((world.round().state == poll_state::settling));
    world.files.rename("t/d1/empty", "t/d3");
    world.files.set_cost(file_call::stat, 200ms);
    for (int left = 100; left > 0 && world.told.empty(); --left) {
        world.clock.advance(16ms);
        world.slice(1us);
    }
    BOOST_TEST_REQUIRE(world.told.size() == 20U);
    world.files.set_cost(file_call::stat, stat_cost);
    int passes = 0;
    for (int i = 0; i < 1'000; ++i) {
        world.clock.advance(16ms);
        passes += world.slice().round_ended ? 1 : 0;
    }
    BOOST_TEST(passes == 0);
    BOOST_TEST(world.told.size() == 20U);
}

// The record of a file that cannot be read is not final. `next` must not ask for a recheck every
// few milliseconds for as long as that lasts.
BOOST_AUTO_TEST_CASE(rechecks_of_a_record_that_is_not_final_become_rare) {
    for (auto const time : {0us, 300us}) {
        settled_stage world{{.interval = 600s, .max_wait = 5s}};
        world.files.write("t/d3/f3", "edited");
        world.clock.advance(700s);
        while (world.slice(time).state != poll_state::settling) continue;
        world.files.fail_at("t/d3/f3", file_call::stat, std::errc::io_error);
        auto const began = world.clock.now();
        int calls = 0;
        while (world.told.empty() && ++calls < 100'000) {
            auto const next = world.slice(time).next;
            world.clock.advance(std::max(nanoseconds{}, nanoseconds{next - world.clock.now()}));
        }
        BOOST_TEST_MESSAGE(calls << " calls with " << time.count() << " us");
        BOOST_TEST(calls < (time == 0us ? 6'000 : 600));
        BOOST_TEST((world.clock.now() - began < 8s));
    }
}

// Only whole scans.
BOOST_AUTO_TEST_CASE(scans_for_a_record_that_is_not_final_become_rare) {
    settled_stage world{{.interval = 600s, .max_wait = 5s}};
    world.files.write("t/d3/f3", "edited");
    world.reloader.poll();
    world.files.fail_at("t/d3/f3", file_call::stat, std::errc::io_error);
    int calls = 0;
    while (world.told.empty() && ++calls < 10'000) {
        auto const next = world.reloader.poll().next;
        world.clock.advance(std::max(nanoseconds{}, nanoseconds{next - world.clock.now()}));
    }
    BOOST_TEST(calls < 100);
}

// The pauses delay a delivery by an eighth of the time that the read error lasted.
BOOST_AUTO_TEST_CASE(record_is_delivered_soon_after_it_is_final) {
    settled_stage world{{.interval = 600s, .max_wait = 5s}};
    world.files.write("t/d3/f3", "edited");
    world.reloader.poll();
    world.files.fail_at("t/d3/f3", file_call::stat, std::errc::io_error);
    auto const healed = world.clock.now() + 2s;
    time_point delivered{};
    for (int left = 10'000; left > 0 && delivered == time_point{}; --left) {
        auto const next = world.reloader.poll().next;
        if (!world.told.empty()) delivered = world.clock.now();
        world.clock.advance(std::max(nanoseconds{}, nanoseconds{next - world.clock.now()}));
        if (world.clock.now() >= healed) world.files.heal();
    }
    BOOST_TEST((delivered >= healed));
    BOOST_TEST((delivered - healed < 500ms));
    BOOST_TEST(world.told == texts{"modified t/d3/f3"}, boost::test_tools::per_element());
}

// Each slice has time for only a part of a single recheck.
BOOST_AUTO_TEST_CASE(recheck_counts_only_if_complete) {
    reloader.pin("t/d3/f3");
    files.resize("t/d3/f3", 0);
    clock.advance(50ms);
    BOOST_TEST((slice().state == poll_state::settling));
    clock.advance(510ms);
    files.write("t/d3/f3", "full");
    auto result = slice(stat_cost);
    BOOST_TEST((result.state == poll_state::settling));
    result = slice(1ms);
    BOOST_TEST((result.state == poll_state::settling)); // because the file is new again
    BOOST_TEST(told == texts{}, boost::test_tools::per_element());
}

// Deleted and created, with the recheck in between.
BOOST_AUTO_TEST_CASE(recheck_of_a_missing_file_is_left_to_a_scan) {
    reloader.pin("t/d3/f3");
    files.write("t/d3/f3", "edited");
    clock.advance(50ms);
    BOOST_TEST((slice().state == poll_state::settling));
    clock.advance(60ms);
    files.remove("t/d3/f3");
    clock.advance(20ms);
    BOOST_TEST((slice().state == poll_state::settling));
    clock.advance(16ms);
    files.write("t/d3/f3", "saved");
    play(2s);
    BOOST_TEST(told == texts{"modified t/d3/f3"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(failed_recheck_is_left_to_a_scan) {
    reloader.pin("t/d3/f3");
    files.write("t/d3/f3", "edited");
    clock.advance(50ms);
    BOOST_TEST((slice().state == poll_state::settling));
    clock.advance(60ms);
    files.write("t/d3/f3", "and again");
    files.fail_at("t/d3/f3", file_call::stat, std::errc::io_error);
    clock.advance(20ms);
    BOOST_TEST((slice().state == poll_state::settling));
    files.heal();
    play(2s);
    BOOST_TEST(told == texts{"modified t/d3/f3"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(recheck_waits_for_the_scan_after_a_change_of_rules) {
    files.remove("t/d3/f3");
    until_due();
    reloader.rules_changed();
    clock.advance(10ms);
    slice(40us);
    files.write("t/d3/f3", "saved");
    clock.advance(80ms);
    for (int i = 0; i < 10; ++i) {
        slice(40us);
        clock.advance(1ms);
    }
    BOOST_TEST(told == texts{}, boost::test_tools::per_element());
}

// With three roots, even a scan limited to a few files takes several slices.
BOOST_AUTO_TEST_CASE(recheck_in_several_slices_is_no_empty_scan) {
    for (auto const* root : {"a", "b", "c"}) {
        for (auto const* name : {"1", "2", "3"}) files.write(root + ("/" + std::string{name}));
    }
    clock.advance(1s);
    basic_reloader three{walk{{"a", "b", "c"}, {}, files}, loose_matcher{}, clock,
                         told_restart{[&](change_set const& changes) {
                             for (change const& c : changes)
                                 told.push_back(std::string{to_string(c.kind)} + " " + c.path);
                             return restart_result::restarted;
                         }}};
    three.baseline();
    clock.advance(2s);
    files.remove("b/2");
    files.write("a/1", "edited");
    while (!three.poll_for(1us).round_ended) clock.advance(100us);
    clock.advance(10ms);
    files.write("b/2", "back");
    clock.advance(30ms);
    for (int left = 2000; left > 0 && told.empty(); --left) {
        three.poll_for(1us);
        clock.advance(1ms);
    }
    BOOST_TEST(told == (texts{"modified a/1", "modified b/2"}), boost::test_tools::per_element());
}

// Correct, because a scan checks the same paths.
BOOST_AUTO_TEST_CASE(recheck_is_a_scan_if_the_enumerator_ignores_priorities) {
    struct deaf_walk {
        walk to;
        void enumerate(matcher_ref m, snapshot_builder& b, std::error_code& c) {
            to.enumerate(m, b, c);
        }
        void refresh(matcher_ref m, snapshot_update& u, std::error_code& c) {
            auto* const all = u.bounds();
            support::pausing limits_alone{[&] { return all->is_over(); }};
            u.bound(all ? &limits_alone : nullptr, u.stop_token());
            to.refresh(m, u, c);
            u.bound(all, u.stop_token());
        }
    };
    time_point told_at{};
    basic_reloader deaf{deaf_walk{walk{"t", {}, files}}, loose_matcher{}, clock,
                        told_restart{[&](change_set const&) {
                            told_at = clock.now();
                            return restart_result::restarted;
                        }}};
    deaf.baseline();
    clock.advance(2s);
    files.write("t/d3/f3", "edited");
    auto const edited = clock.now();
    int calls = 0;
    while (clock.now() < edited + 5s && ++calls < 5'000) {
        auto const result = deaf.poll_for(budget);
        clock.advance(std::max(nanoseconds{1us}, nanoseconds{result.next - clock.now()}));
    }
    BOOST_TEST(calls < 1'000);
    BOOST_TEST((told_at - edited < 500ms));
}

// With a clock that advances on each reading.
BOOST_AUTO_TEST_CASE(recheck_ends_with_any_budget) {
    struct ticking_clock {
        testing::manual_clock time;
        time_point now() const noexcept {
            time.advance(1us);
            return time.now();
        }
        time_point work_now() const noexcept { return now(); }
        wake wait_until(time_point when, std::stop_token stop) const {
            return time.wait_until(when, std::move(stop));
        }
    };
    time_point told_at{};
    files.set_cost(file_call::stat, 0us);
    files.set_cost(file_call::open, 0us);
    basic_reloader starved{walk{"t", {}, files}, loose_matcher{}, ticking_clock{clock},
                           told_restart{[&](change_set const&) {
                               told_at = clock.now();
                               return restart_result::restarted;
                           }}};
    starved.pin("t/d3/f3");
    starved.baseline();
    clock.advance(2s);
    files.write("t/d3/f3", "edited");
    auto const edited = clock.now();
    int calls = 0;
    while (clock.now() < edited + 5s && ++calls < 100'000) {
        auto const result = starved.poll_for(1us);
        clock.advance(std::max(nanoseconds{1us}, nanoseconds{result.next - clock.now()}));
    }
    BOOST_TEST(calls < 5'000);
    BOOST_TEST((told_at - edited < 500ms));
}

// Neither a long recheck nor a delivery without its recheck starves pinned files.
BOOST_AUTO_TEST_CASE(recheck_does_not_starve_pinned_files) {
    settled_stage world{{.interval = 600s}};
    auto const each = [&](std::string const& content) {
        for (int i = 0; i < 3'000; ++i)
            world.files.write("t/e" + std::to_string(i / 50) + "/f" + std::to_string(i), content);
    };
    each("");
    world.files.write("t/pinned");
    for (int i = 0; i < 3; ++i) {
        world.clock.advance(700s);
        world.round(1ms);
    }
    world.reloader.pin("t/pinned");
    world.told.clear();
    each("burst");
    world.clock.advance(700s);
    world.round(10ms);
    auto const until_told = [&] {
        auto const began = world.clock.now();
        for (int left = 1'000; left > 0 && world.told.empty(); --left) {
            world.slice(100us);
            world.clock.advance(16ms);
        }
        return world.clock.now() - began;
    };
    until_told();
    BOOST_TEST(world.told.size() == 3'000U);
    world.told.clear();
    world.files.write("t/pinned", "edited");
    BOOST_TEST((until_told() < 2s));
    BOOST_TEST(world.told == texts{"modified t/pinned"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(recheck_is_the_last_wait_of_a_change) {
    reloader.pin("t/d3/f3");
    files.write("t/d3/f3", "edited");
    clock.advance(50ms);
    BOOST_TEST((slice().state == poll_state::settling));
    BOOST_TEST((reloader.watch_state_of("t/d3/f3").waits_for == awaited::quiet));
    clock.advance(80ms);
    auto const watch_state = reloader.watch_state_of("t/d3/f3");
    BOOST_TEST((watch_state.waits_for == awaited::recheck));
    BOOST_TEST(to_string(watch_state).ends_with("and waits for a recheck"));
}

BOOST_AUTO_TEST_CASE(recheck_includes_the_target_of_a_link) {
    files.write("elsewhere/f", "1");
    files.symlink("../../elsewhere/f", "t/d3/link");
    clock.advance(1s);
    tree_options const through{.links = tree_options::symlinks::follow};
    basic_reloader follower{walk{"t", through, files}, loose_matcher{}, clock,
                            told_restart{[&](change_set const& changes) {
                                for (change const& c : changes) told.push_back(c.path);
                                return restart_result::restarted;
                            }}};
    follower.pin("t/d3/link");
    follower.baseline();
    files.write("elsewhere/f", "edited");
    clock.advance(50ms);
    BOOST_TEST((follower.poll_for(budget).state == poll_state::settling));
    clock.advance(80ms);
    BOOST_TEST((follower.poll_for(budget).state == poll_state::delivered));
    BOOST_TEST(told == texts{"t/d3/link"}, boost::test_tools::per_element());
}

// A replay has no slices, and makes the same decisions.
BOOST_AUTO_TEST_CASE(recheck_is_part_of_a_trace) {
    std::string trace;
    testing::trace_recorder recorder{[&](std::string_view line) { trace += line; }};
    stage world;
    world.reloader.observe(&recorder);
    world.baseline();
    world.clock.advance(2s);
    world.round();
    world.files.remove("t/d3/f3");
    for (int f = 0; f < 20; ++f) world.files.write("t/d4/f" + std::to_string(f), "edited");
    for (int i = 0; i < 4000; ++i) {
        if (i == 1500) world.files.write("t/d3/f3", "saved");
        world.slice(40us); // many slices for a single recheck
        world.clock.advance(1ms);
    }
    world.reloader.observe(nullptr);
    BOOST_TEST(trace.find("\"since\":") != trace.npos);
    auto const again = testing::replay_trace(trace);
    BOOST_TEST(again.difference == "");
    std::size_t told_again = 0;
    for (auto const& one : again.deliveries) told_again += one.size();
    BOOST_TEST(told_again == world.told.size());
    BOOST_TEST(world.told.size() > 20U);
}

BOOST_AUTO_TEST_SUITE_END()
