#include "host/pacing.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <functional>
#include <thread>

// The scan rate of `run`, in simulated time: each call of the file system has a cost.
using namespace restat;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using testing::file_call;
using testing::memory_file_system;

namespace {

using walk = basic_tree_enumerator<memory_file_system>;

struct ears : observer {
    std::vector<scan_span> scans; // full scans: each full scan reports a latency
    std::atomic<std::size_t> count{0};
    std::vector<detection_latency> paces;
    scan_span last;
    void on_scan(snapshot const&, scan_span when) noexcept override { last = when; }
    void on_latency(detection_latency const& p) noexcept override {
        paces.push_back(p);
        scans.push_back(last);
        ++count;
    }
};

/// Excludes half of the files on request.
struct rules {
    bool half = false;
    verdict operator()(candidate const& c) const noexcept {
        return half && c.name().starts_with('1') ? verdict::exclude : verdict::none;
    }
};

/// A tree of 1,000 files in 40 directories, and a running reloader.
template <class Enumerator = walk>
struct watch {
    explicit watch(nanoseconds stat_cost, schedule when = {})
        : reloader{Enumerator{walk{"t", {}, files}}, rules{}, clock,
                   told_restart{[this](change_set const& changes) { deliver(changes); }}, when} {
        for (int i = 0; i < 1000; ++i) files.write(file(i), "0");
        clock.advance(1s);
        files.follow(clock);
        files.set_cost(file_call::stat, stat_cost);
        reloader.observe(&told);
    }
    ~watch() { reloader.observe(nullptr); }
    watch(watch const&) = delete;

    static std::string file(int i) {
        return "t/" + std::to_string(i % 40) + "/" + std::to_string(i);
    }
    void deliver(change_set const& changes) {
        for (change const& c : changes) last = c;
        delivered = clock.now();
        ++deliveries;
        if (then) then();
    }
    void start() {
        running = std::jthread{[this](std::stop_token stop) { reloader.run(stop); }};
        clock.next_sleeper();
    }
    void live(nanoseconds time, std::function<void()> const& at_each_rest = {}) {
        auto const end = clock.now() + time;
        for (auto now = clock.now(); now < end; now = clock.now()) {
            auto const next = clock.next_sleeper();
            if (at_each_rest) at_each_rest();
            auto const by = std::max<nanoseconds>(std::min(next, end) - clock.now(), 0ns);
            rested += by;
            clock.advance(by);
        }
        clock.next_sleeper();
    }
    /// Edits a file after a quiet time. Returns the time until the reloader sees the edit.
    nanoseconds edit(int which, nanoseconds after) {
        live(after);
        auto const before = deliveries;
        auto const at = clock.now();
        files.write(file(which), std::to_string(at.time_since_epoch().count()));
        while (deliveries == before) live(10ms);
        BOOST_TEST(last.path == file(which));
        return last.history.first_seen - at;
    }

    memory_file_system files;
    testing::manual_clock clock;
    ears told;
    change last;
    time_point delivered{};
    int deliveries = 0;
    std::function<void()> then;
    nanoseconds rested{};
    using told_restart = callback_restart<std::function<void(change_set const&)>>;
    basic_reloader<Enumerator, rules, testing::manual_clock, told_restart> reloader;
    std::jthread running;
};

/// An enumerator without partial scans.
struct whole_walk {
    walk of;
    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error) {
        of.enumerate(matcher, into, error);
    }
};

/// Reports a given CPU time: four times the duration of a scan, or less.
struct crowd {
    walk of;
    nanoseconds spent = 4s;
    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error) {
        of.enumerate(matcher, into, error);
    }
    void refresh(matcher_ref matcher, snapshot_update& update, std::error_code& error) {
        of.refresh(matcher, update, error);
        update.spend(spent);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(the_pace_of_run)

BOOST_AUTO_TEST_CASE(pause_compensates_for_the_spent_time) {
    using detail::rest_after;
    struct line {
        nanoseconds spent;
        double share;
        nanoseconds rest;
    } const table[] = {
        {1s, 1, 0s},   {1s, 0.5, 1s},         {1s, 0.1, 9s},
        {0s, 0.1, 0s}, {100ms, 0.01, 9900ms}, {24h, 1e-6, detail::longest_time},
    };
    for (auto const& [spent, share, rest] : table) {
        BOOST_TEST((rest - rest_after(spent, share) < 1us), spent.count() << " " << share);
        BOOST_TEST((rest_after(spent, share) - rest < 1us), spent.count() << " " << share);
    }
}

BOOST_AUTO_TEST_CASE(small_tree_is_scanned_every_interval) {
    watch w{20us};
    w.start();
    w.edit(17, 2s); // a recent edit makes no difference
    w.told.scans.clear();
    w.live(1min);
    BOOST_TEST(w.told.scans.size() == 60U);
    for (std::size_t i = 1; i < w.told.scans.size(); ++i) {
        BOOST_TEST((w.told.scans[i].began - w.told.scans[i - 1].began == 1s));
    }
}

BOOST_AUTO_TEST_CASE(large_tree_keeps_its_cpu_share) {
    for (double const share : {0.1, 0.01}) {
        watch w{1ms, {.cpu_share = share}};
        w.start();
        w.edit(17, 0s); // for a recent edit at the start
        w.live(10s);
        w.rested = {};
        auto const began = w.clock.now();
        w.live(20min);
        auto const time = std::chrono::duration<double>(w.clock.now() - began);
        double const taken = 1 - std::chrono::duration<double>(w.rested) / time;
        BOOST_TEST(taken <= share * 1.05);
        BOOST_TEST(taken >= share * 0.9); // the scans use the share
    }
}

BOOST_AUTO_TEST_CASE(edits_are_seen_within_the_reported_latency) {
    watch w{1ms};
    w.start();
    nanoseconds longest{};
    for (int i = 0; i < 20; ++i) longest = std::max(longest, w.edit(i * 41, i * 700ms));
    auto const [hot, cold] = w.told.paces.back();
    BOOST_TEST((longest <= cold), longest.count());
    BOOST_TEST((longest > cold / 2)); // the reported latency is no exaggeration
    BOOST_TEST((cold < 13s));
    longest = {};
    for (int i = 0; i < 20; ++i) longest = std::max(longest, w.edit(i * 41, i * 700ms));
    BOOST_TEST((longest <= hot), longest.count());
    BOOST_TEST((hot < 2200ms)); // an interval, and a scan
}

BOOST_AUTO_TEST_CASE(edit_of_a_pinned_file_is_seen_soon) {
    watch w{1ms, {.interval = 100ms}};
    w.reloader.pin("t/7/7");
    w.start();
    w.live(10s); // in the middle of a pause
    BOOST_TEST((w.edit(7, 0s) <= 110ms));
}

BOOST_AUTO_TEST_CASE(pending_change_is_delivered_without_a_pause) {
    watch w{1ms};
    w.start();
    w.edit(3, 20s);
    BOOST_TEST(
        (w.delivered - w.last.history.first_seen < 75ms + 2 * 1050ms)); // quiet, then a scan
}

// Several threads spend more CPU time than the scan lasts; waiting spends less.
BOOST_AUTO_TEST_CASE(pause_depends_on_the_cpu_time) {
    for (auto const& [spent, rest] : {std::pair<nanoseconds, nanoseconds>{4s, 36s},
                                      {200ms, 1800ms},
                                      {1ms, 1042ms}}) { // never shorter than the scan
        watch<crowd> w{1ms};
        w.reloader.enumerator().spent = spent;
        w.start();
        w.live(10min);
        auto const& scans = w.told.scans;
        BOOST_TEST_REQUIRE(scans.size() > 3U);
        nanoseconds const rested = scans.back().began - scans[scans.size() - 2].ended;
        BOOST_TEST((rested - rest < 1ms), rested.count());
        BOOST_TEST((rest - rested < 1ms), rested.count());
    }
}

BOOST_AUTO_TEST_CASE(cpu_share_of_one_leaves_a_pause_as_long_as_the_scan) {
    watch w{1ms, {.interval = 0s, .cpu_share = 1}};
    w.start();
    w.live(1min);
    auto const& scans = w.told.scans;
    BOOST_TEST_REQUIRE(scans.size() > 3U);
    auto const last = scans[scans.size() - 2];
    BOOST_TEST((scans.back().began - last.ended == last.took()));
}

BOOST_AUTO_TEST_CASE(hint_ends_a_pause) {
    watch w{1ms};
    w.start();
    w.edit(3, 20s);
    w.live(2s);
    auto const before = w.told.count.load();
    auto const at = w.clock.now();
    w.clock.hint();
    for (int i = 0; i < 1000 && w.told.count == before; ++i) std::this_thread::sleep_for(10ms);
    w.clock.next_sleeper();
    BOOST_TEST((w.told.scans.back().began == at));
}

BOOST_AUTO_TEST_CASE(changed_rules_and_roots_do_not_wait_for_the_end_of_a_pause) {
    watch w{1ms};
    w.then = [&] { w.reloader.change_matcher([](auto& rules) { rules.half = true; }); };
    w.start();
    w.edit(3, 20s);
    w.live(1100ms);
    BOOST_TEST(w.reloader.latest().size() < 900U);
    w.then = [&] { w.reloader.enumerator().roots() = {"t/3", "t/5"}; };
    w.edit(3, 20s);
    w.live(1100ms);
    BOOST_TEST(w.reloader.latest().size() <= 50U);
}

BOOST_AUTO_TEST_CASE(enumerator_without_partial_scans_pauses_too) {
    watch<whole_walk> w{1ms};
    w.start();
    w.edit(3, 20s);
    w.live(10s);
    w.told.scans.clear();
    w.live(1min);
    BOOST_TEST(w.told.scans.size() <= 6U);
    BOOST_TEST((w.told.paces.back().recent == w.told.paces.back().elsewhere));
}

BOOST_AUTO_TEST_SUITE_END()
