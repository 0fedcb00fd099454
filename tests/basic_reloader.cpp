#include <restat/basic_reloader.hpp>

#include <restat/reloader_guard.hpp>
#include <restat/testing/manual_clock.hpp>

#include "support/records.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>

using namespace restat;
using namespace std::chrono_literals;
using support::file;
using support::not_final;

namespace {

// Test policies: a tree set by the test, and a restart with a given action.
struct world {
    std::vector<support::named> files;
    std::error_code broken;
    bool out_of_memory = false;
    std::function<void(snapshot_builder&, std::error_code&)> during = [](auto&, auto&) {};
    std::vector<finding> unread;
    std::atomic<int> scans = 0;
};

struct world_enumerator {
    std::shared_ptr<world> of;

    void enumerate(matcher_ref wanted, snapshot_builder& found, std::error_code& error) {
        ++of->scans;
        if (of->out_of_memory) throw std::bad_alloc{};
        error = of->broken;
        of->during(found, error);
        for (auto const& [path, record] : of->files) {
            if (watches(wanted({path}))) found.add(path, record);
        }
        for (auto const& f : of->unread) found.add_error(f.path, f.error, f.operation);
    }
};

struct told_restart {
    std::function<restart_result(change_set const&, std::error_code&)> act;

    restart_result restart(change_set const& changes, std::error_code& error) {
        return act(changes, error);
    }
};

verdict everything(candidate const&) noexcept { return verdict::none; }

struct stage {
    std::shared_ptr<world> files = std::make_shared<world>();
    testing::manual_clock clock;
    std::vector<std::string> told;
    std::function<restart_result(change_set const&, std::error_code&)> act =
        [](auto const&, auto&) { return restart_result::restarted; };
    basic_reloader<world_enumerator, verdict (*)(candidate const&) noexcept,
                   testing::manual_clock, told_restart>
        reloader{world_enumerator{files}, everything, clock,
                 told_restart{[this](change_set const& changes, std::error_code& error) {
                     for (change const& c : changes) {
                         told.push_back(std::string{to_string(c.kind)} + " " + c.path);
                     }
                     return act(changes, error);
                 }}};

    poll_state poll_after(std::chrono::milliseconds pause) {
        clock.advance(pause);
        return reloader.poll().state;
    }
};

using texts = std::vector<std::string>;

struct exception_ears : observer {
    texts heard;
    restart_result result{};
    std::error_code reason;
    void on_finding(finding const& f) noexcept override { heard.push_back(to_string(f)); }
    void on_delivered(change_set const&, restart_result made, std::error_code why,
                      time_point) noexcept override {
        result = made;
        reason = why;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(polling, stage)

BOOST_AUTO_TEST_CASE(first_poll_takes_the_baseline) {
    files->files = {{"a", file(1)}};
    BOOST_TEST(reloader.poll().state == poll_state::unchanged);
    BOOST_TEST(reloader.latest().contains("a"));
    BOOST_TEST(poll_after(1s) == poll_state::unchanged);
    BOOST_TEST(told.empty());
}

BOOST_AUTO_TEST_CASE(baseline_that_is_not_final_is_scanned_again) {
    files->files = {{"a", not_final(file(1))}};
    BOOST_TEST(reloader.poll().state == poll_state::starting);
    files->files = {{"a", file(2)}};
    BOOST_TEST(poll_after(5ms) == poll_state::unchanged);
    BOOST_TEST(poll_after(1s) == poll_state::unchanged);
    BOOST_TEST(told.empty());
}

BOOST_AUTO_TEST_CASE(enumerator_knows_each_scan_for_a_baseline) {
    std::vector<bool> scans;
    files->during = [&](snapshot_builder& found, std::error_code&) {
        scans.push_back(found.is_baseline());
    };
    files->files = {{"a", not_final(file(1))}};
    reloader.poll();
    files->files = {{"a", file(1)}};
    poll_after(5ms);
    poll_after(1s);
    reloader.baseline();
    poll_after(1s);
    BOOST_TEST(scans == (std::vector<bool>{true, true, false, true, false}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(change_is_delivered_after_it_settles) {
    files->files = {{"a", file(1)}};
    reloader.poll();
    files->files = {{"a", file(2)}, {"b", file(1)}};
    auto const seen = reloader.poll();
    BOOST_TEST(seen.state == poll_state::settling);
    BOOST_TEST((seen.next == clock.now() + 75ms));
    BOOST_TEST(poll_after(75ms) == poll_state::delivered);
    BOOST_TEST(told == (std::vector<std::string>{"modified a", "added b"}),
               boost::test_tools::per_element());
    BOOST_TEST(poll_after(1s) == poll_state::unchanged);
}

BOOST_AUTO_TEST_CASE(refused_restart_stays_pending) {
    files->files = {{"a", file(1)}};
    reloader.poll();
    act = [](auto const&, std::error_code& error) {
        error = make_error_code(errc::program_truncated);
        return restart_result::refused;
    };
    files->files = {{"a", file(2)}};
    reloader.poll();
    BOOST_TEST(poll_after(75ms) == poll_state::refused);
    BOOST_TEST(poll_after(50ms) == poll_state::settling);
    act = [](auto const&, auto&) { return restart_result::restarted; };
    BOOST_TEST(poll_after(50ms) == poll_state::delivered);
    BOOST_TEST(told.size() == 2U);
}

BOOST_AUTO_TEST_CASE(exception_of_the_callback_passes_once_per_attempt) {
    files->files = {{"a", file(1)}};
    reloader.poll();
    files->files = {{"a", file(2)}};
    reloader.poll();
    act = [](auto const&, auto&) -> restart_result { throw std::runtime_error{"no"}; };
    clock.advance(75ms);
    BOOST_CHECK_THROW(reloader.poll(), std::runtime_error);
    for (int i = 0; i < 9; ++i) BOOST_TEST(poll_after(10ms) == poll_state::settling);
    clock.advance(10ms);
    BOOST_CHECK_THROW(reloader.poll(), std::runtime_error);
    BOOST_TEST(told.size() == 2U);
    for (int i = 0; i < 19; ++i) BOOST_TEST(poll_after(10ms) == poll_state::settling);
    act = [](auto const&, auto&) { return restart_result::restarted; };
    BOOST_TEST(poll_after(10ms) == poll_state::delivered);
    BOOST_TEST(poll_after(1s) == poll_state::unchanged);
}

BOOST_AUTO_TEST_CASE(exception_of_the_callback_is_reported_and_counts_as_refused) {
    exception_ears listener;
    reloader.observe(&listener);
    files->files = {{"a", file(1)}};
    reloader.poll();
    files->files = {{"a", file(2)}};
    reloader.poll();
    act = [](auto const&, auto&) -> restart_result { throw std::runtime_error{"bad\nline"}; };
    clock.advance(75ms);
    BOOST_CHECK_THROW(reloader.poll(), std::runtime_error);
    BOOST_TEST(listener.heard == texts{"cannot deliver 'a': an exception was thrown: bad\\nline"},
               boost::test_tools::per_element());
    BOOST_TEST((listener.result == restart_result::refused));
    BOOST_TEST((listener.reason == errc::exception_thrown));
    BOOST_TEST((reloader.watch_state_of("a").waits_for == awaited::retry));
    BOOST_CHECK_THROW(std::rethrow_exception(reloader.failure()), std::runtime_error);
    reloader.observe(nullptr);
}

BOOST_AUTO_TEST_CASE(edit_after_an_exception_has_its_own_quiet_period) {
    files->files = {{"a", file(1)}};
    reloader.poll();
    files->files = {{"a", file(2)}};
    reloader.poll();
    act = [](auto const&, auto&) -> restart_result { throw 1; };
    clock.advance(75ms);
    for (int i = 0; i < 6; ++i) { // until the pause is 3.2 s, and `max_wait` has expired
        BOOST_CHECK_THROW(reloader.poll(), int);
        clock.advance(100ms * (1 << i));
    }
    BOOST_CHECK_THROW(reloader.poll(), int);
    act = [](auto const&, auto&) { return restart_result::restarted; };
    files->files = {{"a", file(3)}};
    BOOST_TEST(poll_after(10ms) == poll_state::settling);
    BOOST_TEST(poll_after(40ms) == poll_state::settling);
    files->files = {{"a", file(4)}};
    BOOST_TEST(poll_after(10ms) == poll_state::settling);
    BOOST_TEST(poll_after(70ms) == poll_state::settling);
    BOOST_TEST(poll_after(5ms) == poll_state::delivered);
}

BOOST_AUTO_TEST_CASE(endlessly_changing_file_is_reported_once_without_max_wait) {
    exception_ears listener;
    basic_reloader<world_enumerator, verdict (*)(candidate const&) noexcept,
                   testing::manual_clock, told_restart>
        patient{
            world_enumerator{files}, everything, clock,
            told_restart{[&](auto const& changes, auto& error) { return act(changes, error); }},
            schedule{.max_wait = unlimited}};
    patient.observe(&listener);
    files->files = {{"a", file(1)}};
    patient.poll();
    for (int i = 2; i < 1000; ++i) {
        files->files = {{"a", file(i)}};
        clock.advance(50ms);
        BOOST_TEST_REQUIRE(patient.poll().state == poll_state::settling);
    }
    BOOST_TEST(listener.heard == texts{"cannot deliver 'a': the path keeps changing and no "
                                       "max_wait is set; the change waits for quiet"},
               boost::test_tools::per_element());
    BOOST_TEST((patient.watch_state_of("a").waits_for == awaited::quiet));
    clock.advance(75ms);
    BOOST_TEST(patient.poll().state == poll_state::delivered);
}

BOOST_AUTO_TEST_CASE(exception_of_the_enumerator_fails_the_scan_and_passes) {
    exception_ears listener;
    reloader.observe(&listener);
    files->files = {{"a", file(1)}};
    reloader.poll();
    files->during = [](auto&, auto&) { throw std::runtime_error{"table locked"}; };
    std::error_code error;
    BOOST_CHECK_THROW(reloader.poll(error), std::runtime_error);
    BOOST_TEST((error == errc::exception_thrown));
    clock.advance(1s);
    BOOST_CHECK_THROW(reloader.poll(), std::runtime_error);
    BOOST_TEST(listener.heard == texts{"cannot scan: an exception was thrown: table locked"},
               boost::test_tools::per_element());
    files->during = [](auto&, auto&) {};
    files->files = {{"a", file(2)}};
    BOOST_TEST(poll_after(1s) == poll_state::settling);
    BOOST_TEST(poll_after(75ms) == poll_state::delivered);
    reloader.observe(nullptr);
}

BOOST_AUTO_TEST_CASE(exception_of_the_enumerator_passes_through_the_baseline) {
    files->during = [](auto&, auto&) { throw std::runtime_error{"table locked"}; };
    BOOST_CHECK_THROW(reloader.baseline(), std::runtime_error);
    BOOST_TEST(!reloader.has_baseline());
    files->during = [](auto&, auto&) {};
    reloader.baseline();
    BOOST_TEST(reloader.has_baseline());
}

BOOST_AUTO_TEST_CASE(poll_inside_a_callback_does_nothing) {
    files->files = {{"a", file(1)}};
    reloader.poll();
    files->files = {{"a", file(2)}};
    reloader.poll();
    poll_state inside{};
    act = [&](auto const&, auto&) {
        inside = reloader.poll().state;
        return restart_result::restarted;
    };
    BOOST_TEST(poll_after(75ms) == poll_state::delivered);
    BOOST_TEST(inside == poll_state::busy);
}

BOOST_AUTO_TEST_CASE(matcher_replaced_in_a_callback_applies_from_the_next_scan) {
    files->files = {{"a", file(1)}, {"b", file(1)}};
    reloader.poll();
    files->files = {{"a", file(2)}, {"b", file(1)}};
    reloader.poll();
    act = [&](auto const&, auto&) {
        reloader.change_matcher([](auto& rules) {
            rules = [](candidate const& c) noexcept {
                return c.path == "b" ? verdict::exclude : verdict::none;
            };
        });
        return restart_result::restarted;
    };
    poll_after(75ms);
    told.clear();
    poll_after(1s);
    BOOST_TEST(!reloader.latest().contains("b"));
    poll_after(75ms);
    BOOST_TEST(told == std::vector<std::string>{"removed b"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(abandoned_scan_keeps_the_snapshot) {
    files->files = {{"a", file(1)}};
    reloader.poll();
    files->broken = std::make_error_code(std::errc::too_many_files_open);
    files->files = {};
    std::error_code error;
    BOOST_TEST(reloader.poll(error).state == poll_state::failed);
    BOOST_TEST((error == std::errc::too_many_files_open));
    BOOST_CHECK_THROW(reloader.poll(), reload_error);
    BOOST_TEST(reloader.latest().contains("a"));
    files->broken = {};
    files->files = {{"a", file(1)}};
    BOOST_TEST(poll_after(1s) == poll_state::unchanged);
    BOOST_TEST(told.empty());
}

BOOST_AUTO_TEST_CASE(lack_of_memory_fails_the_scan) {
    files->files = {{"a", file(1)}};
    reloader.poll();
    files->out_of_memory = true;
    std::error_code error;
    BOOST_TEST(reloader.poll(error).state == poll_state::failed);
    BOOST_TEST((error == std::errc::not_enough_memory));
    files->out_of_memory = false;
    files->files = {{"a", file(2)}};
    reloader.poll();
    BOOST_TEST(poll_after(75ms) == poll_state::delivered);
}

BOOST_AUTO_TEST_CASE(decisions_have_the_time_of_the_end_of_their_scan) {
    struct ears : observer {
        schedule plan;
        std::vector<scan_span> scans;
        std::vector<time_point> told;
        std::vector<time_point> answered;
        void on_schedule(schedule const& when) noexcept override { plan = when; }
        void on_scan(snapshot const&, scan_span when) noexcept override { scans.push_back(when); }
        void on_delivering(change_set const& changes) noexcept override {
            told.push_back(changes[0].history.delivered);
        }
        void on_delivered(change_set const&, restart_result, std::error_code,
                          time_point when) noexcept override {
            answered.push_back(when);
        }
    } listener;
    reloader.observe(&listener);
    BOOST_TEST((listener.plan.quiet_period == 75ms));
    files->files = {{"a", file(1)}};
    files->during = [&](auto&, auto&) { clock.advance(20ms); };
    act = [&](change_set const&, std::error_code&) {
        clock.advance(3ms);
        return restart_result::refused;
    };
    auto const began = clock.now();
    reloader.poll();
    files->files = {{"a", file(2)}};
    reloader.poll();
    BOOST_TEST(poll_after(40ms) == poll_state::settling); // 60 of 75 ms at its end
    BOOST_TEST(poll_after(0ms) == poll_state::settling);  // began before the 75 ms were over
    BOOST_TEST(poll_after(0ms) == poll_state::refused);
    BOOST_REQUIRE(listener.scans.size() == 5U);
    BOOST_TEST((listener.scans[0].began == began));
    BOOST_TEST((listener.scans[0].took() == 20ms));
    BOOST_TEST((listener.told == std::vector{listener.scans[4].ended}));
    BOOST_TEST((listener.answered == std::vector{listener.scans[4].ended + 3ms}));
    reloader.observe(nullptr);
}

BOOST_AUTO_TEST_CASE(error_is_reported_once_and_is_no_removal) {
    struct ears : observer {
        std::vector<std::string> heard;
        void on_finding(finding const& f) noexcept override { heard.push_back(to_string(f)); }
    } listener;
    reloader.observe(&listener);
    files->files = {{"d/a", file(1)}, {"e", file(1)}};
    reloader.poll();
    files->files = {{"e", file(1)}};
    files->unread = {{"d", std::make_error_code(std::errc::permission_denied), "open"}};
    for (int i = 0; i < 3; ++i) BOOST_TEST(poll_after(1s) == poll_state::unchanged);
    BOOST_TEST(listener.heard == std::vector<std::string>{"cannot open 'd': Permission denied"},
               boost::test_tools::per_element());
    BOOST_TEST(reloader.latest().contains("d/a"));
    files->unread = {};
    files->files = {{"d/a", file(1)}, {"e", file(1)}};
    BOOST_TEST(poll_after(1s) == poll_state::unchanged);
    BOOST_TEST(told.empty());
    reloader.observe(nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(running, stage)

BOOST_AUTO_TEST_CASE(scan_runs_every_interval_and_earlier_while_a_change_settles) {
    files->files = {{"a", file(1)}};
    std::jthread const runner{[&](std::stop_token stop) { reloader.run(stop); }};
    BOOST_TEST((clock.next_sleeper() == clock.now() + 1s));
    files->files = {{"a", file(2)}};
    clock.advance(1s);
    BOOST_TEST((clock.next_sleeper() == clock.now() + 75ms));
    BOOST_TEST(told.empty());
    clock.advance(75ms);
    BOOST_TEST((clock.next_sleeper() == clock.now() + 1s));
    BOOST_TEST(told == std::vector<std::string>{"modified a"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(hint_starts_a_scan_immediately) {
    std::jthread const runner{[&](std::stop_token stop) { reloader.run(stop); }};
    clock.next_sleeper();
    int const before = files->scans;
    clock.hint();
    while (clock.next_sleeper() != clock.now() + 1s || files->scans == before) {
        std::this_thread::yield();
    }
    BOOST_TEST(files->scans == before + 1);
}

BOOST_AUTO_TEST_CASE(stop_ends_run_from_any_thread_and_before_its_start) {
    {
        std::jthread const runner{[&] { reloader.run(); }};
        clock.next_sleeper();
        reloader.stop();
        reloader.stop();
    }
    int const scans = files->scans;
    reloader.run();
    BOOST_TEST(files->scans <= scans + 1);
}

BOOST_AUTO_TEST_CASE(run_continues_after_an_exception_of_the_callback) {
    files->files = {{"a", file(1)}};
    std::jthread const runner{[&](std::stop_token stop) { reloader.run(stop); }};
    clock.next_sleeper();
    act = [](auto const&, auto&) -> restart_result { throw std::runtime_error{"parse error"}; };
    files->files = {{"a", file(2)}};
    clock.advance(1s);
    clock.next_sleeper();
    clock.advance(75ms);
    BOOST_TEST((clock.next_sleeper() == clock.now() + 100ms));
    BOOST_CHECK_THROW(std::rethrow_exception(reloader.failure()), std::runtime_error);
    act = [](auto const&, auto&) { return restart_result::restarted; };
    clock.advance(100ms);
    BOOST_TEST((clock.next_sleeper() == clock.now() + 1s));
    BOOST_TEST(told.size() == 2U);
}

BOOST_AUTO_TEST_CASE(run_continues_after_an_exception_of_the_enumerator) {
    files->files = {{"a", file(1)}};
    std::jthread const runner{[&](std::stop_token stop) { reloader.run(stop); }};
    clock.next_sleeper();
    files->during = [](auto&, auto&) { throw std::runtime_error{"table locked"}; };
    clock.advance(1s);
    clock.next_sleeper();
    files->during = [](auto&, auto&) {};
    files->files = {{"a", file(2)}};
    clock.advance(1s);
    clock.next_sleeper();
    clock.advance(75ms);
    clock.next_sleeper();
    BOOST_TEST(told.size() == 1U);
}

BOOST_AUTO_TEST_CASE(stop_inside_a_callback_ends_run) {
    act = [&](auto const&, auto&) {
        reloader.stop();
        return restart_result::restarted;
    };
    std::jthread const runner{[&] { reloader.run(); }};
    clock.next_sleeper();
    files->files = {{"a", file(2)}};
    clock.advance(1s);
    clock.next_sleeper();
    clock.advance(75ms);
}

BOOST_AUTO_TEST_CASE(stop_ends_a_running_scan) {
    files->during = [&](snapshot_builder& found, std::error_code& error) {
        reloader.stop();
        while (!found.stop_requested()) std::this_thread::yield();
        error = std::make_error_code(std::errc::operation_canceled);
    };
    BOOST_CHECK_NO_THROW(reloader.run());
    BOOST_TEST(files->scans == 1);
}

BOOST_AUTO_TEST_CASE(failed_baseline_is_an_error) {
    files->broken = std::make_error_code(std::errc::too_many_files_open);
    BOOST_CHECK_THROW(reloader.run(), reload_error);
}

BOOST_AUTO_TEST_CASE(run_may_follow_a_run_ended_by_its_stop_token) {
    for (int i = 0; i < 2; ++i) {
        std::jthread runner{[&](std::stop_token stop) { reloader.run(stop); }};
        BOOST_TEST((clock.next_sleeper() != time_point::max()));
    }
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

// A strategy that supervises an imaginary program and logs its calls.
struct keeper {
    struct log {
        std::vector<std::string> lines;
        supervision next{supervision::state::running, time_point::max(), false};
        std::atomic<int> throws = 0;
        bool fails_to_start = false;
    };
    std::shared_ptr<log> told = std::make_shared<log>();

    restart_result restart(change_set const&, std::error_code&) {
        told->lines.push_back("restart");
        return restart_result::restarted;
    }
    void start(time_point) {
        if (told->fails_to_start) throw std::runtime_error{"no terminal"};
        told->lines.push_back("start");
    }
    supervision supervise(time_point) {
        if (told->throws > 0) {
            --told->throws;
            throw std::runtime_error{"pipe"};
        }
        return told->next;
    }
    void stop(time_point) {
        told->lines.push_back("stop");
        told->next.now = supervision::state::idle;
    }
    int descriptor() { return -1; }
};

// A strategy with a snapshot inherited from the previous process.
struct successor {
    std::shared_ptr<std::vector<std::string>> told = std::make_shared<std::vector<std::string>>();
    snapshot known;

    restart_result restart(change_set const& changes, std::error_code&) {
        told->push_back("restart " + changes[0].path);
        return restart_result::restarted;
    }
    void hand_over(snapshot const& s) {
        told->push_back("hand over " + std::to_string(s.size()));
    }
    bool inherit(snapshot& into) {
        into = known;
        return true;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(strategies)

BOOST_AUTO_TEST_CASE(program_starts_after_the_baseline_and_stops_at_the_end) {
    auto const files = std::make_shared<world>();
    keeper strategy;
    auto const told = strategy.told;
    testing::manual_clock clock;
    basic_reloader reloader{world_enumerator{files}, &everything, clock, strategy};
    {
        std::jthread const runner{[&](std::stop_token stop) { reloader.run(stop); }};
        clock.next_sleeper();
        BOOST_TEST(files->scans == 1);
    }
    BOOST_TEST(told->lines == (std::vector<std::string>{"start", "stop"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(run_returns_after_the_final_end_of_the_program) {
    keeper strategy;
    strategy.told->next.done = true;
    basic_reloader reloader{world_enumerator{std::make_shared<world>()}, &everything,
                            testing::manual_clock{}, strategy};
    reloader.run();
    BOOST_TEST(strategy.told->lines.back() == "stop");
}

BOOST_AUTO_TEST_CASE(exception_of_supervise_is_reported_and_retried_after_1_s) {
    exception_ears listener;
    keeper strategy;
    auto const told = strategy.told;
    testing::manual_clock clock;
    basic_reloader reloader{world_enumerator{std::make_shared<world>()}, &everything, clock,
                            strategy, schedule{.interval = 1h}};
    reloader.observe(&listener);
    told->throws = 2;
    std::jthread runner{[&] { reloader.run(); }};
    BOOST_TEST((clock.next_sleeper() == clock.now() + 1s));
    clock.advance(1s);
    BOOST_TEST((clock.next_sleeper() == clock.now() + 1s));
    told->next.done = true;
    clock.advance(1s);
    runner.join();
    BOOST_TEST(told->lines.back() == "stop");
    BOOST_TEST(listener.heard == (texts(2, "cannot supervise: an exception was thrown: pipe")),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(strategy_that_always_throws_does_not_block_the_return_of_run) {
    keeper strategy;
    auto const told = strategy.told;
    testing::manual_clock clock;
    basic_reloader reloader{world_enumerator{std::make_shared<world>()}, &everything, clock,
                            strategy};
    told->throws = 1'000'000;
    std::atomic<bool> ended = false;
    std::jthread const runner{[&](std::stop_token stop) {
        reloader.run(stop);
        ended = true;
    }};
    clock.next_sleeper();
    reloader.stop();
    while (!ended) clock.advance(20ms);
    BOOST_TEST(told->lines.back() == "stop");
}

BOOST_AUTO_TEST_CASE(exception_of_start_ends_run_and_stops_the_program) {
    keeper strategy;
    auto const told = strategy.told;
    basic_reloader reloader{world_enumerator{std::make_shared<world>()}, &everything,
                            testing::manual_clock{}, strategy};
    told->fails_to_start = true;
    BOOST_CHECK_THROW(reloader.run(), std::runtime_error);
    BOOST_TEST(told->lines == texts{"stop"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(edit_between_two_processes_is_delivered) {
    auto const files = std::make_shared<world>();
    files->files = {{"a", file(2)}, {"b", file(1)}};
    successor strategy;
    strategy.known = support::tree({{"a", file(1)}, {"b", file(1)}});
    testing::manual_clock clock;
    basic_reloader reloader{world_enumerator{files}, &everything, clock, strategy};
    reloader.poll();
    reloader.poll();
    clock.advance(75ms);
    BOOST_TEST(reloader.poll().state == poll_state::delivered);
    BOOST_TEST(*strategy.told == (std::vector<std::string>{"hand over 2", "restart a"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
