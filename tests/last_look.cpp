#include "support/sliced_tree.hpp"

#include <restat/testing/replay_trace.hpp>
#include <restat/testing/trace_recorder.hpp>

#include <boost/test/unit_test.hpp>

// What is due and has been quiet is looked at once more before it is told, also where a scan in
// slices would come by it much later.
using namespace support::sliced;

namespace {

struct settled_stage : stage {
    explicit settled_stage(schedule when = {}) : stage{when} {
        baseline();
        clock.advance(2s);
        round();
    }

    /// A slice a frame, for so long.
    void play(nanoseconds time, nanoseconds frame = 16ms) {
        for (auto const end = clock.now() + time; clock.now() < end;) {
            slice();
            clock.advance(frame);
        }
    }
    /// Until the next scan has ended and came upon something.
    void until_due() {
        clock.advance(2s);
        BOOST_TEST_REQUIRE((round().state == poll_state::settling));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_last_look, settled_stage)

// Backup and rename, seen in between.
BOOST_AUTO_TEST_CASE(finds_what_was_gone_for_a_moment) {
    files.remove("t/d3/f3");
    until_due();
    clock.advance(10ms);
    files.write("t/d3/f3", "saved");
    play(900ms);
    BOOST_TEST(told == texts{"modified t/d3/f3"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(finds_what_was_there_for_a_moment) {
    files.write("t/d3/f3.tmp", "half");
    until_due();
    clock.advance(10ms);
    files.remove("t/d3/f3.tmp");
    play(900ms);
    BOOST_TEST(told == texts{}, boost::test_tools::per_element());
    BOOST_TEST(agrees());
}

BOOST_AUTO_TEST_CASE(finds_a_directory_that_was_gone_for_a_moment) {
    files.rename("t/d3", "old");
    until_due();
    clock.advance(10ms);
    files.rename("old", "t/d3");
    play(900ms);
    for (auto const& one : told) BOOST_TEST(one.starts_with("modified t/d3/")); // their ctime
    BOOST_TEST(agrees());
}

BOOST_AUTO_TEST_CASE(finds_all_of_it_where_the_root_was_gone_for_a_moment) {
    files.rename("t", "old");
    until_due();
    clock.advance(10ms);
    files.rename("old", "t");
    play(900ms);
    for (auto const& one : told) BOOST_TEST(one.starts_with("modified t/"));
    BOOST_TEST(agrees());
}

// Which takes seconds, and no pause lies between two.
BOOST_AUTO_TEST_CASE(is_not_put_off_by_a_scan_of_all) {
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

// More files than are taken for edited lately.
BOOST_AUTO_TEST_CASE(is_one_at_all_that_is_due) {
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

// It may not get by all of it before a set is told at the latest.
BOOST_AUTO_TEST_CASE(is_not_waited_for_longer_than_for_the_rest) {
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

// Though in each slice there is no time for more than a part of one look.
BOOST_AUTO_TEST_CASE(counts_only_if_it_was_one) {
    reloader.pin("t/d3/f3");
    files.resize("t/d3/f3", 0);
    clock.advance(50ms);
    BOOST_TEST((slice().state == poll_state::settling));
    clock.advance(510ms);
    files.write("t/d3/f3", "full");
    auto result = slice(stat_cost);
    BOOST_TEST((result.state == poll_state::settling));
    result = slice(1ms);
    BOOST_TEST((result.state == poll_state::settling)); // as that is new
    BOOST_TEST(told == texts{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(also_sees_what_a_link_leads_to) {
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

// A replay knows nothing of slices, and comes to the same.
BOOST_AUTO_TEST_CASE(stands_in_a_trace) {
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
        world.slice(40us); // many for one look at all that is due
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
