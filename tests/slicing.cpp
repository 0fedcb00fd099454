#include "host/slicing.hpp"

#include "support/records.hpp"
#include "support/sliced_tree.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <thread>

// Scans in slices, in simulated time: each call of the file system has a cost.
using namespace support::sliced;

namespace {

struct ears : observer {
    std::vector<detection_latency> paces;
    std::vector<std::string> heard;
    void on_latency(detection_latency const& p) noexcept override { paces.push_back(p); }
    void on_finding(finding const& f) noexcept override { heard.push_back(to_string(f)); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(slices, stage)

BOOST_AUTO_TEST_CASE(slice_takes_at_most_its_budget_and_a_single_entry) {
    baseline();
    for (nanoseconds const time : {0us, 1us, 100us, 300us, 1000us}) {
        longest = {};
        clock.advance(2s);
        files.write("t/d7/f3", "edited");
        files.write("t/d8/new");
        round(time);
        BOOST_TEST((longest <= time + longest_check), time.count() << ": " << longest.count());
        BOOST_TEST((longest >= time));
    }
    BOOST_TEST(agrees());
}

// The clock of a game stands still within a frame, but calls still take time.
BOOST_AUTO_TEST_CASE(slice_keeps_its_budget_although_time_stands_still_within_a_frame) {
    struct frame_clock {
        testing::manual_clock real;
        time_point frame = real.now();
        time_point now() const noexcept { return frame; }
        time_point work_now() const noexcept { return real.work_now(); }
        wake wait_until(time_point, std::stop_token) const { return wake::deadline; }
    };
    basic_reloader game{walk{"t", {}, files}, loose_matcher{}, frame_clock{clock},
                        told_restart{act}};
    auto const play = [&] {
        auto const before = clock.now();
        auto const result = game.poll_for(budget);
        longest = std::max(longest, nanoseconds{clock.now() - before});
        clock.advance(16ms);
        game.clock().frame = clock.now();
        return result.round_ended;
    };
    while (!game.has_baseline()) play();
    clock.advance(2s);
    while (!play()) continue;
    BOOST_TEST((longest <= budget + longest_entry), longest.count());
}

BOOST_AUTO_TEST_CASE(slices_add_up_to_a_scan) {
    baseline();
    entries = 0;
    clock.advance(2s);
    round();
    BOOST_TEST(entries == 400U + 20U + 1U);
    BOOST_TEST(agrees());
}

BOOST_AUTO_TEST_CASE(wide_directory_takes_many_slices) {
    for (int i = 0; i < 3000; ++i) files.write("t/wide/" + std::to_string(i));
    clock.advance(1s);
    baseline(); // lists the directory
    BOOST_TEST((longest <= budget + longest_entry), longest.count());
    files.write("t/wide/another");
    clock.advance(2s);
    round(); // lists the directory again
    clock.advance(2s);
    round(); // checks the known files
    BOOST_TEST((longest <= budget + longest_entry), longest.count());
    BOOST_TEST(agrees());
}

BOOST_AUTO_TEST_CASE(edit_is_delivered_before_the_end_of_the_scan) {
    baseline();
    begin_round();
    files.write("t/d19/f9", "edited"); // the last file of the scan
    bool ended = false;
    while (told.empty() && !ended) {
        ended = slice(100us).round_ended;
        clock.advance(10ms);
    }
    BOOST_TEST(ended == false);
    BOOST_TEST(told == texts{"modified t/d19/f9"}, boost::test_tools::per_element());
}

// An empty file waits longer, and a file with new content no longer does.
BOOST_AUTO_TEST_CASE(content_in_a_later_slice_is_delivered_after_its_quiet_period) {
    reloader.pin("t/d7/f7");
    baseline();
    settle();
    files.resize("t/d7/f7", 0);
    clock.advance(5ms);
    BOOST_TEST((slice().state == poll_state::settling));
    clock.advance(20ms);
    files.write("t/d7/f7", "content");
    clock.advance(5ms);
    BOOST_TEST((slice().state == poll_state::settling));
    BOOST_TEST((reloader.watch_state_of("t/d7/f7").waits_for == awaited::quiet));
    clock.advance(80ms);
    BOOST_TEST((slice().state == poll_state::delivered));
}

BOOST_AUTO_TEST_CASE(recently_edited_file_is_checked_in_each_slice) {
    baseline();
    files.write("t/d19/f9", "edited");
    settle();
    told.clear();
    begin_round();
    files.write("t/d19/f9", "edited again");
    BOOST_TEST((slice().state == poll_state::settling));
    clock.advance(80ms);
    BOOST_TEST((slice().state == poll_state::delivered));
    BOOST_TEST(told == texts{"modified t/d19/f9"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(pinned_file_is_checked_in_each_slice) {
    reloader.pin("t/d18");
    baseline();
    begin_round();
    files.write("t/d18/f9", "edited");
    files.write("t/d19/f9", "edited");
    slice(600us); // half of the budget is enough for the twenty files
    clock.advance(80ms);
    BOOST_TEST((slice(600us).state == poll_state::delivered));
    BOOST_TEST(told == texts{"modified t/d18/f9"}, boost::test_tools::per_element());
    reloader.unpin("t/d18");
    begin_round(1);
    files.write("t/d18/f0", "edited");
    BOOST_TEST((slice(100us).state == poll_state::unchanged));
}

BOOST_AUTO_TEST_CASE(pinned_file_alone_is_checked_between_scans) {
    reloader.pin("t/d18/f9");
    baseline();
    clock.advance(2s);
    auto const ended = round();
    BOOST_TEST((ended.next <= clock.now() + 50ms));
    auto const opened = files.opened().size();
    auto const result = slice();
    BOOST_TEST(result.entries_checked == 1U);
    BOOST_TEST(!result.round_ended);
    BOOST_TEST(files.opened().size() == opened);
    files.write("t/d18/f9", "edited");
    BOOST_TEST((slice().state == poll_state::settling));
    clock.advance(80ms);
    BOOST_TEST((slice().state == poll_state::delivered));
}

// Each slice takes time for the pinned file.
BOOST_AUTO_TEST_CASE(slices_between_scans_do_not_delay_the_next_scan) {
    stage world{{.interval = 0ms}};
    world.reloader.pin("t/d7/f7");
    world.baseline();
    world.clock.advance(2s);
    auto const began = world.clock.now();
    auto const finish_round = [&] {
        int left = 1'500;
        while (left > 0 && !world.slice().round_ended) --left;
        return world.clock.now() - began;
    };
    auto const length = finish_round();
    finish_round();
    BOOST_TEST((length < 50ms));
    BOOST_TEST((world.clock.now() - began <= 3 * length + 1ms));
}

BOOST_AUTO_TEST_CASE(last_delivery_has_a_final_record) {
    memory_file_system const coarse{1s, 4ms};
    coarse.follow(clock);
    coarse.write("t/f");
    clock.advance(3s);
    std::vector<std::string> heard;
    basic_reloader coarsely{walk{"t", {}, coarse}, loose_matcher{}, clock,
                            told_restart{[&](change_set const& changes) {
                                for (change const& c : changes)
                                    heard.push_back(c.path + coarse.read(c.path));
                                return restart_result::restarted;
                            }},
                            schedule{}};
    while (coarsely.poll_for(budget).state == poll_state::starting) clock.advance(5ms);
    clock.advance(2s);
    coarse.write("t/f", "1");
    for (int i = 0; i < 40; ++i) {
        coarsely.poll_for(budget);
        if (i == 20) coarse.write("t/f", "2"); // within the same second, and of the same size
        clock.advance(20ms);
    }
    for (int i = 0; i < 100; ++i) {
        coarsely.poll_for(budget);
        clock.advance(20ms);
    }
    BOOST_TEST_REQUIRE(!heard.empty());
    BOOST_TEST(heard.back() == "t/f2");
}

BOOST_AUTO_TEST_CASE(staleness_is_the_age_of_the_next_entry) {
    baseline();
    clock.advance(2s);
    auto const began = clock.now();
    round();
    auto const slices_of_the_next = [&] {
        std::vector<slice_result> all;
        do {
            all.push_back(slice());
            clock.advance(1ms);
        } while (!all.back().round_ended);
        return all;
    };
    auto const waited = clock.now() - began;
    clock.advance(2s);
    auto const all = slices_of_the_next();
    BOOST_TEST_REQUIRE(all.size() > 10U);
    BOOST_TEST((all.front().staleness >= 2s));
    BOOST_TEST((all.front().staleness <= 2s + waited));
    for (auto const& one : all) BOOST_TEST((one.staleness <= 2s + 2 * waited));
    BOOST_TEST((all.back().staleness <= waited + 10ms));
}

BOOST_AUTO_TEST_CASE(added_and_removed_names_are_delivered_after_the_scan) {
    baseline();
    begin_round();
    files.write("t/d19/new");
    files.remove("t/d18");
    files.rename("t/d17", "t/d00"); // after the check of their directory
    settle();
    BOOST_TEST(agrees());
    BOOST_TEST(std::set<std::string>(told.begin(), told.end()).contains("added t/d19/new"));
    BOOST_TEST(told.size() == 1U + 20U + 40U);
}

BOOST_AUTO_TEST_CASE(directory_replaced_while_open_is_not_empty) {
    baseline();
    clock.advance(2s);
    for (int i = 0; i < 5; ++i) slice(50us); // inside an early directory
    auto const inside = files.opened().back();
    files.remove(inside);
    for (int f = 0; f < 20; ++f) files.write(inside + "/f" + std::to_string(f));
    settle();
    BOOST_TEST(agrees());
    for (auto const& one : told) BOOST_TEST(one.starts_with("modified " + inside));
}

BOOST_AUTO_TEST_CASE(directory_replaced_after_its_last_check_is_no_finding) {
    ears listener;
    reloader.observe(&listener);
    baseline();
    clock.advance(2s);
    for (entries = 0; entries < 1 + 3 * 21;) slice(0ns); // a single entry per slice
    auto const inside = files.opened().back();
    files.remove(inside);
    for (int f = 0; f < 20; ++f) files.write(inside + "/f" + std::to_string(f));
    round();
    BOOST_TEST(listener.heard == texts{}, boost::test_tools::per_element());
    settle();
    BOOST_TEST(told.size() == 20U);
    BOOST_TEST(agrees());
    reloader.observe(nullptr);
}

BOOST_AUTO_TEST_CASE(error_is_no_removal) {
    ears listener;
    reloader.observe(&listener);
    baseline();
    begin_round();
    for (auto const call : {file_call::open, file_call::list, file_call::stat}) {
        files.fail_at("t/d19", call, std::errc::io_error);
        files.fail_at("t/d19/f3", call, std::errc::io_error);
    }
    settle();
    BOOST_TEST(told.empty());
    BOOST_TEST(listener.heard.size() == 1U);
    files.heal();
    settle();
    BOOST_TEST(told.empty());
    BOOST_TEST(agrees());
    reloader.observe(nullptr);
}

BOOST_AUTO_TEST_CASE(poll_between_slices_is_a_full_scan) {
    baseline();
    begin_round();
    files.write("t/d19/f9", "edited");
    files.write("t/d19/new");
    BOOST_TEST((reloader.poll().state == poll_state::settling));
    BOOST_TEST(agrees());
    clock.advance(80ms);
    BOOST_TEST((slice(1ms).state == poll_state::delivered));
    BOOST_TEST(told.size() == 2U);
    settle();
    BOOST_TEST(told.size() == 2U);
}

BOOST_AUTO_TEST_CASE(policies_may_be_read_between_slices) {
    baseline();
    files.write("t/d19/f9", "edited");
    files.write("t/d19/new");
    clock.advance(2s);
    int slices = 0;
    for (; told.size() < 2 && slices < 10'000; ++slices) {
        slice();
        (void)reloader.matcher();
        (void)reloader.enumerator().roots();
        (void)reloader.clock();
        (void)reloader.strategy();
        (void)reloader.latest();
        (void)reloader.watch_state_of("t/d19/new");
        clock.advance(1ms);
    }
    BOOST_TEST(told.size() == 2U);
    BOOST_TEST(agrees());
}

BOOST_AUTO_TEST_CASE(rules_of_the_host_apply_after_rules_changed) {
    static bool no_thirds = false;
    baseline();
    reloader.change_matcher([](auto& rules) {
        rules.what = [](candidate const& c) noexcept {
            return no_thirds && c.name() == "f3" ? verdict::exclude : verdict::none;
        };
    });
    clock.advance(2s);
    round();
    BOOST_TEST(reloader.latest().size() == 400U);
    begin_round();
    no_thirds = true;
    reloader.rules_changed();
    round();
    BOOST_TEST(reloader.latest().size() == 380U);
}

BOOST_AUTO_TEST_CASE(matcher_replaced_between_slices_applies_from_the_next_slice) {
    baseline();
    begin_round();
    reloader.change_matcher([](auto& rules) {
        rules.what = [](candidate const& c) noexcept {
            return c.name() == "f3" ? verdict::exclude : verdict::none;
        };
    });
    round();
    BOOST_TEST(reloader.latest().size() == 380U);
    clock.advance(80ms);
    round();
    BOOST_TEST(told.size() == 20U);
}

BOOST_AUTO_TEST_CASE(roots_replaced_between_slices_apply_from_the_next_slice) {
    baseline();
    begin_round();
    reloader.enumerator().roots() = {"t/d3"};
    round();
    BOOST_TEST(reloader.latest().size() == 20U);
}

BOOST_AUTO_TEST_CASE(roots_added_in_a_callback_apply_from_the_next_slice) {
    files.write("u/x", "text");
    baseline();
    files.write("t/d19/f9", "edited");
    act = [&](change_set const&) {
        reloader.enumerator().roots() = {"t", "u"};
        return restart_result::restarted;
    };
    settle();
    clock.advance(2s);
    round();
    BOOST_TEST(told.front() == "modified t/d19/f9");
    BOOST_TEST(reloader.latest().contains("u/x"));
    BOOST_TEST(reloader.latest().contains("t/d19/f9"));
}

BOOST_AUTO_TEST_CASE(exception_of_the_callback_passes_and_the_change_stays_pending) {
    baseline();
    files.write("t/d19/f9", "edited");
    settle();
    told.clear();
    begin_round();
    files.write("t/d19/f9", "edited again");
    slice();
    clock.advance(80ms);
    act = [](change_set const&) -> restart_result { throw std::runtime_error{"no"}; };
    BOOST_CHECK_THROW(slice(), std::runtime_error);
    BOOST_TEST((slice().state == poll_state::settling)); // no attempt before the end of the pause
    clock.advance(100ms);
    act = [](change_set const&) { return restart_result::restarted; };
    BOOST_TEST((slice().state == poll_state::delivered));
    BOOST_TEST(told.size() == 2U);
    round();
    BOOST_TEST(agrees());
}

BOOST_AUTO_TEST_CASE(slice_inside_a_callback_does_nothing) {
    baseline();
    files.write("t/d19/f9", "edited");
    poll_state inside{};
    act = [&](change_set const&) {
        inside = reloader.poll_for(budget).state;
        return restart_result::restarted;
    };
    settle();
    BOOST_TEST((inside == poll_state::busy));
}

BOOST_AUTO_TEST_CASE(stop_abandons_the_scan) {
    baseline();
    begin_round();
    reloader.stop();
    std::error_code error;
    BOOST_TEST((reloader.poll_for(budget, error).state == poll_state::failed));
    BOOST_TEST((error == std::errc::operation_canceled));
    BOOST_CHECK_THROW(reloader.poll_for(budget), reload_error);
    BOOST_TEST(reloader.latest().size() == 400U);
}

BOOST_AUTO_TEST_CASE(slice_without_an_incremental_enumerator_is_a_full_scan) {
    struct plain {
        walk of;
        void enumerate(matcher_ref m, snapshot_builder& b, std::error_code& c) {
            of.enumerate(m, b, c);
        }
    };
    basic_reloader whole{plain{walk{"t", {}, files}}, loose_matcher{}, clock,
                         told_restart{[](auto const&) { return restart_result::restarted; }}};
    whole.baseline();
    clock.advance(1s);
    files.write("t/d19/f9", "edited");
    auto const result = whole.poll_for(budget);
    BOOST_TEST((result.state == poll_state::settling));
    BOOST_TEST(result.entries_checked == 400U);
    BOOST_TEST(result.round_ended);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(pins)

BOOST_AUTO_TEST_CASE(empty_pin_gives_no_file_priority) {
    detail::slicing slices;
    auto const latest = support::tree({{"/etc/conf", support::file(1)}});
    slices.pin("");
    slices.restructured(latest);
    BOOST_TEST(!slices.has_priority());
    slices.pin("/etc");
    slices.restructured(latest);
    BOOST_TEST(slices.has_priority());
}

BOOST_AUTO_TEST_CASE(pin_of_a_smaller_snapshot_gives_only_its_files) {
    detail::slicing slices;
    auto const one = support::file(1);
    auto latest = support::tree({{"a", one}, {"t/p/f1", one}, {"t/p/f2", one}, {"t/p/f3", one}});
    slices.pin("t/p");
    slices.restructured(latest);
    latest = support::tree({{"a", one}, {"t/p/f3", one}}); // without `restructured`
    for (int slice = 0; slice < 3; ++slice) {
        slices.slice_began({}, detail::slicing::given_files::all);
        std::size_t given = 0;
        while (auto const position = slices.next_priority()) {
            BOOST_TEST(*position == 1U); // t/p/f3
            if (++given > 3) break;
        }
        BOOST_TEST(given == 1U);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(paths_to_check)

BOOST_AUTO_TEST_CASE(dropped_paths_are_freed_a_few_at_a_time) {
    detail::slicing slices;
    BOOST_TEST(!slices.free_some());
    slices.check(std::vector<std::string>(100, "a/path/that/needs/memory/of/its/own"));
    BOOST_TEST(!slices.free_some());
    slices.check({});
    BOOST_TEST(slices.has_checked());
    int steps = 0;
    while (slices.free_some()) ++steps;
    BOOST_TEST(steps > 10);
    BOOST_TEST(steps <= 100);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(pacing)

// Like `run`, for an hour.
BOOST_AUTO_TEST_CASE(slices_keep_their_cpu_share_and_the_reported_latency) {
    stage s{{.cpu_share = 0.01, .slice = 1ms}};
    ears listener;
    s.reloader.observe(&listener);
    s.baseline();
    s.files.set_cost(file_call::stat, 100us);
    auto const began = s.clock.now();
    nanoseconds spent{};
    nanoseconds worst_hot{};
    nanoseconds worst_cold{};
    auto edited = began;
    int edits = 0;
    bool hot = false;
    nanoseconds stalest{};
    auto seen_at = s.clock.now();
    s.act = [&](change_set const& changes) {
        for (change const& c : changes) seen_at = c.history.first_seen;
        return restart_result::restarted;
    };
    auto next_edit = began + 10min;
    std::size_t told = s.told.size();
    while (s.clock.now() < began + 1h) {
        if (s.clock.now() >= next_edit) {
            // Edits the same file at every second edit, and different files in between.
            hot = edits % 2 == 1 && edits > 1;
            s.files.write(edits % 2 == 1 ? "t/d9/f9" : "t/d" + std::to_string(edits % 20) + "/f5",
                          std::to_string(edits));
            edited = s.clock.now();
            next_edit = edited + 2min;
            ++edits;
        }
        auto const before = s.clock.now();
        auto const result = s.slice(1ms);
        spent += s.clock.now() - before;
        stalest = std::max(stalest, result.staleness);
        if (s.told.size() != told) {
            told = s.told.size();
            if (edits > 3)
                (hot ? worst_hot : worst_cold) =
                    std::max(hot ? worst_hot : worst_cold, nanoseconds{seen_at - edited});
        }
        s.clock.advance(std::max(nanoseconds{}, nanoseconds{result.next - s.clock.now()}));
    }
    BOOST_TEST(edits == 25);
    BOOST_TEST(told == 25U);
    auto const share = static_cast<double>(spent.count()) / 3600e9;
    BOOST_TEST_MESSAGE("share " << share << ", hot " << worst_hot / 1ms << " ms, cold "
                                << worst_cold / 1ms << " ms, stalest " << stalest / 1ms << " ms");
    BOOST_TEST(share <= 0.0101);
    BOOST_TEST(share >= 0.005); // the slices use the share
    BOOST_TEST_REQUIRE(!listener.paces.empty());
    auto const last = listener.paces.back();
    BOOST_TEST((worst_hot <= 250ms), worst_hot.count());
    BOOST_TEST((worst_hot * 4 < worst_cold), worst_cold.count());
    BOOST_TEST((last.recent <= 250ms), last.recent.count());
    BOOST_TEST((worst_cold <= 2 * last.elsewhere));
    BOOST_TEST((stalest <= 2 * last.elsewhere), stalest.count());
    s.reloader.observe(nullptr);
}

BOOST_AUTO_TEST_CASE(run_scans_in_slices) {
    stage s{{.cpu_share = 0.1, .slice = 1ms}};
    std::jthread const runner{[&](std::stop_token stop) { s.reloader.run(stop); }};
    s.clock.advance(s.clock.next_sleeper() - s.clock.now()); // the baseline is complete
    auto const first = s.clock.next_sleeper();
    auto const now = s.clock.now();
    // A slice of 1 ms, and a pause of 9 ms.
    BOOST_TEST((first >= now + 8ms), (first - now).count());
    BOOST_TEST((first <= now + 10ms), (first - now).count());
}

BOOST_AUTO_TEST_SUITE_END()
