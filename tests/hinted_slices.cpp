#include <restat/basic_reloader.hpp>

#include "support/hinted_stage.hpp"

#include <restat/enumerator/range_enumerator.hpp>
#include <restat/testing/print.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <new>
#include <span>
#include <vector>

// Hints in slices, with other clocks and with other enumerators.
using namespace restat;
using namespace std::chrono_literals;
using namespace tests;
using restat::testing::file_call;

BOOST_AUTO_TEST_SUITE(hinted_slices)

BOOST_AUTO_TEST_CASE(hints_are_taken_once_there_is_a_baseline) {
    hinted_stage<scripted_clock> of;
    of.events->check("t/1/a");
    of.reloader.baseline();
    BOOST_TEST(of.events->takes == 1);
    BOOST_TEST(of.events->waiting.empty());
    of.reloader.poll();
    BOOST_TEST(of.events->takes > 1);
}

BOOST_AUTO_TEST_CASE(clock_without_descriptors_takes_hints_at_intervals) {
    hinted_stage<plain_scripted_clock> of{{.interval = 1s, .cpu_share = 0.001}};
    of.files.set_cost(file_call::stat, 1ms); // a pass is followed by a pause of minutes
    of.begin();
    of.reloader.poll();
    of.edit_at(1500ms, "t/7/a");
    of.run_until(20s);
    BOOST_TEST_REQUIRE(of.deliveries.size() >= 1U);
    BOOST_TEST(of.events->takes < 100);
}

BOOST_AUTO_TEST_CASE(hinted_file_is_checked_in_the_next_slice) {
    hinted_stage<scripted_clock> of{{.interval = 1s}};
    of.begin();
    of.files.set_cost(file_call::stat, 10us);
    for (int i = 0; i < 20; ++i) { // a scan is under way
        of.reloader.poll_for(100us);
        of.clock.time.advance(100ms);
    }
    of.events->check("t/33/b");
    BOOST_TEST(of.reloader.poll_for(0ns).entries_checked == 1U);
    of.edit("t/33/c");
    of.events->check("t/33/c");
    auto const began = of.clock.work_now();
    auto const result = of.reloader.poll_for(100us);
    BOOST_TEST((of.clock.work_now() - began <= 130us));
    BOOST_TEST((result.state == poll_state::settling));
}

BOOST_AUTO_TEST_CASE(hints_of_every_slice_do_not_keep_passes_from_their_end) {
    hinted_stage<scripted_clock> of{{.interval = 1s}};
    of.begin();
    of.files.set_cost(file_call::stat, 10us);
    for (int i = 0; i < 1000; ++i) {
        of.events->list(directory(i % directories));
        of.reloader.poll_for(300us);
        of.clock.time.advance(16ms);
    }
    BOOST_TEST(of.hears.passes >= 5);
}

BOOST_AUTO_TEST_CASE(hints_of_a_scan_that_failed_are_not_lost) {
    hinted_stage<scripted_clock> of;
    of.begin();
    of.edit("t/7/a");
    of.events->check("t/7/a");
    of.files.write("t/8/new");
    of.events->list("t/8");
    of.files.before(file_call::open, 1, [] { throw std::bad_alloc{}; });
    std::error_code error;
    of.reloader.poll_for(1s, error);
    BOOST_TEST((error == std::errc::not_enough_memory));
    of.reloader.poll_for(1s);
    BOOST_TEST(of.reloader.latest().contains("t/8/new"));
    BOOST_TEST(has(of.reloader.watch_state_of("t/7/a").pending.changed, fields::size));
    of.events->lose();
    of.files.write("t/9/new");
    of.files.before(file_call::open, 1, [] { throw std::bad_alloc{}; });
    of.reloader.poll(error);
    BOOST_TEST((error == std::errc::not_enough_memory));
    of.clock.time.advance(11s);
    of.reloader.poll_for(1s);
    BOOST_TEST(of.reloader.latest().contains("t/9/new"));
}

BOOST_AUTO_TEST_CASE(hints_wait_while_a_scan_is_paused) {
    hinted_stage<scripted_clock> of{{.interval = 1s, .quiet_period = 10ms}};
    of.begin();
    of.files.set_cost(file_call::stat, 10us);
    of.clock.time.advance(2s);
    of.reloader.poll_for(100us); // begins a pass
    for (int d = 0; d < 9; ++d) {
        of.files.write(directory(d) + "/new");
        of.events->list(directory(d));
    }
    for (int i = 0; i < 100 && of.deliveries.empty(); ++i) {
        of.reloader.poll_for(100us);
        of.clock.time.advance(16ms);
    }
    BOOST_TEST_REQUIRE(of.deliveries.size() == 1U);
    BOOST_TEST(std::count(of.deliveries[0].paths.begin(), of.deliveries[0].paths.end(), ' ') ==
               9);
}

BOOST_AUTO_TEST_CASE(enumerator_without_incremental_scans_scans_for_each_hint) {
    scripted_clock const clock;
    auto const events = std::make_shared<given_hints>();
    events->open();
    std::vector<entry> table{{"a", {}}};
    table[0].record.type = file_type::regular;
    using enumerator = hinting<range_enumerator<std::span<entry>>>;
    std::vector<told> deliveries;
    std::function<void()> during;
    basic_reloader reloader{enumerator{range_enumerator{std::span{table}}, events}, &keep, clock,
                            timed_recorder{clock, &deliveries, &during},
                            schedule{.interval = 10s}};
    reloader.baseline();
    auto const zero = clock.now();
    clock.at(zero + 1s, [&] {
        table[0].record.inode = 2;
        events->check("a");
    });
    std::stop_source done;
    clock.at(zero + 5s, [&] { done.request_stop(); });
    reloader.run(done.get_token());
    BOOST_TEST_REQUIRE(deliveries.size() == 1U);
    BOOST_TEST((deliveries[0].at - zero < 1200ms));
    BOOST_TEST(clock.waits() < 20);
}

BOOST_AUTO_TEST_SUITE_END()
