// A trace of a reloader and of a random script, replayed: the replay makes the same decisions at
// the same times.

#include "detection/world.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/recording_restart.hpp>
#include <restat/testing/replay_trace.hpp>
#include <restat/testing/trace_recorder.hpp>

#include <boost/test/unit_test.hpp>

#include <thread>

using namespace detection;
using namespace restat;
using namespace std::chrono_literals;

namespace {

std::string told(change_set const& changes) {
    std::string text =
        "at " + std::to_string(changes[0].history.delivered.time_since_epoch().count());
    for (change const& one : changes) {
        text += ", " + std::string{to_string(one.kind)} + " " + one.path + " " +
                std::to_string(static_cast<unsigned>(one.changed));
    }
    return text;
}

/// Records the deliveries beside their trace.
struct witness : testing::trace_recorder {
    witness() : trace_recorder{[this](std::string_view line) { trace += line; }} {}
    void on_delivering(change_set const& changes) noexcept override {
        delivered.push_back(told(changes));
        trace_recorder::on_delivering(changes);
    }
    std::string trace;
    std::vector<std::string> delivered;
};

struct counts {
    std::size_t scans = 0;
    std::size_t deliveries = 0;
};

// Replays random scripts, and requires the same decisions as in the original run.
counts live_through(reloader_parts parts) {
    counts all;
    for (unsigned seed = 1; seed <= 48; ++seed) {
        auto const& stamps = every_stamping[seed % every_stamping.size()];
        witness seen;
        parts.observer = &seen;
        run(make_script(seed, 120), stamps, parts);
        BOOST_REQUIRE(seen.is_whole());
        auto const again = testing::replay_trace(seen.trace);
        BOOST_TEST_CONTEXT("seed " << seed << ", " << stamps.like) {
            BOOST_TEST(again.difference == "");
            std::vector<std::string> delivered;
            for (auto const& changes : again.deliveries) delivered.push_back(told(changes));
            BOOST_TEST(delivered == seen.delivered, boost::test_tools::per_element());
        }
        all.deliveries += again.deliveries.size();
        all.scans += again.scans;
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(replays)

BOOST_AUTO_TEST_CASE(replay_makes_the_same_decisions_at_the_same_times) {
    auto const [scans, deliveries] = live_through(right_parts());
    BOOST_TEST(deliveries > 150U);
    BOOST_TEST_MESSAGE(scans << " scans and " << deliveries << " deliveries lived through again");
}

BOOST_AUTO_TEST_CASE(replay_of_slices_makes_the_same_decisions) {
    auto const [scans, deliveries] = live_through(right_parts_in_slices());
    BOOST_TEST(deliveries > 150U);
    BOOST_TEST_MESSAGE(scans << " scans and " << deliveries << " deliveries lived through again");
}

BOOST_AUTO_TEST_CASE(replay_delivers_the_same_certain_renames) {
    testing::manual_clock const clock;
    testing::memory_file_system const files;
    files.follow(clock);
    for (auto const* path : {"t/a", "t/c"}) files.write(path);
    clock.advance(1s);
    witness seen;
    basic_reloader reloader{basic_tree_enumerator<testing::memory_file_system>{"t", {}, files},
                            [](candidate const&) noexcept { return verdict::none; }, clock,
                            testing::recording_restart{}};
    reloader.observe(&seen);
    reloader.poll();
    clock.advance(1s);
    auto const change = [&](auto const& act) {
        act();
        for (int i = 0; i < 3; ++i) {
            reloader.poll();
            clock.advance(100ms);
        }
    };
    change([&] { files.rename("t/a", "t/b"); }); // identified by the birth time
    change([&] {
        files.reuse_inodes(true); // a different file with the same number
        files.remove("t/c");
        files.write("t/d");
    });
    change([&] {
        files.rename("t/b", "t/e");
        files.write("t/e", "edited as well");
    });
    auto const again = testing::replay_trace(seen.trace);
    BOOST_TEST(again.difference == "");
    std::string all;
    for (auto const& set : again.deliveries) {
        for (restat::change const& c : set) {
            all += std::string{to_string(c.kind)} + " " + c.from + " " + c.path + "; ";
        }
    }
    BOOST_TEST(all == "renamed t/a t/b; removed  t/c; added  t/d; renamed t/b t/e; ");
    auto without = seen.trace; // without the birth time in the trace
    auto const from = without.find(R"(,"from":"t/a")");
    BOOST_REQUIRE(from != std::string::npos);
    BOOST_TEST(testing::replay_trace(without.erase(from, 13)).difference != "");
}

void expect_the_same_again(witness const& seen) {
    auto const again = testing::replay_trace(seen.trace);
    BOOST_TEST(again.difference == "");
    std::vector<std::string> delivered;
    for (auto const& changes : again.deliveries) delivered.push_back(told(changes));
    BOOST_TEST(delivered == seen.delivered, boost::test_tools::per_element());
    BOOST_TEST(delivered.size() > 20U);
}

/// A tree of 300 files with a cost for each call, and its edits.
struct slow_tree {
    explicit slow_tree(std::chrono::nanoseconds cost) {
        files.follow(clock);
        for (int i = 0; i < 300; ++i) {
            files.write("t/" + std::to_string(i % 10) + "/" + std::to_string(i), "0");
        }
        clock.advance(3s);
        for (auto const call : {testing::file_call::open, testing::file_call::stat}) {
            files.set_cost(call, cost);
        }
    }
    void happen(int i) const {
        auto const at = std::to_string(i % 10) + "/" + std::to_string(i * 7 % 300);
        if (i % 90 == 3) files.write("t/" + at, std::to_string(i));
        if (i % 400 == 7) files.rename("t/5", "t/50");
        if (i % 400 == 207) files.rename("t/50", "t/5");
    }

    testing::manual_clock clock;
    testing::memory_file_system files{std::chrono::seconds{1}, 4ms};
};

// With pins, pauses between slices, and edits during a scan.
BOOST_AUTO_TEST_CASE(replay_of_a_limited_cpu_share_makes_the_same_decisions) {
    slow_tree const tree{20us};
    auto const& clock = tree.clock;
    witness seen;
    basic_reloader reloader{
        basic_tree_enumerator<testing::memory_file_system>{"t", {}, tree.files},
        [](candidate const&) noexcept { return verdict::none; }, clock,
        testing::recording_restart{}, schedule{.interval = 100ms, .cpu_share = 0.02}};
    reloader.observe(&seen);
    reloader.pin("t/3");
    for (int i = 0; i < 4000; ++i) {
        auto const next = reloader.poll_for(500us).next;
        clock.advance(next - clock.now());
        tree.happen(i);
    }
    expect_the_same_again(seen);
    BOOST_TEST(seen.trace.find(R"("share":0.02)") != std::string::npos);
}

// With full scans, and checks of recent and pinned files between them.
BOOST_AUTO_TEST_CASE(replay_of_throttled_scans_makes_the_same_decisions) {
    slow_tree const tree{1ms};
    auto const& clock = tree.clock;
    witness seen;
    basic_reloader reloader{
        basic_tree_enumerator<testing::memory_file_system>{"t", {}, tree.files},
        [](candidate const&) noexcept { return verdict::none; }, clock,
        testing::recording_restart{}, schedule{.interval = 100ms}};
    reloader.observe(&seen);
    reloader.pin("t/3");
    {
        std::jthread const runner{[&](std::stop_token stop) { reloader.run(stop); }};
        for (int i = 0; i < 4000; ++i) {
            auto const next = clock.next_sleeper();
            tree.happen(i);
            if (next > clock.now()) clock.advance(next - clock.now());
        }
        clock.next_sleeper();
    }
    expect_the_same_again(seen);
}

BOOST_AUTO_TEST_SUITE_END()
