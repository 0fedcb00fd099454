#include <restat/restart_result.hpp>

#include <restat/testing/print.hpp>

#include "support/stage_in_memory.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace std::chrono_literals;

namespace {

struct answers {
    restart_result answer = restart_result::restarted;
    time_point until = (time_point::max)();
    int offers = 0;
};

/// A suspending strategy with prescribed answers.
struct answering {
    answers* of;
    restart_result restart(change_set const&, std::error_code& error) {
        ++of->offers;
        if (of->answer == restart_result::refused) error = errc::incomplete;
        return of->answer;
    }
    time_point suspended_until() const { return of->until; }
};

struct stage : support::stage_in_memory<answering> {
    stage() : stage_in_memory{answering{&to}} { reloader.baseline(); }

    /// Edits the file and polls until the first offer.
    void offer(restart_result answer) {
        to.answer = answer;
        files.write("t/a", "22");
        for (int i = 0; i < 100 && to.offers == 0; ++i) poll_after(10ms);
        BOOST_REQUIRE(to.offers == 1);
    }
    watch_state::state state() { return reloader.watch_state_of("t/a").is; }

    answers to;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(restart_results, stage)

BOOST_AUTO_TEST_CASE(restarted_and_declined_changes_are_settled) {
    for (auto const answer : {restart_result::restarted, restart_result::declined}) {
        stage of;
        of.offer(answer);
        BOOST_TEST(of.poll_after(1min).state == poll_state::unchanged);
        BOOST_TEST(of.to.offers == 1);
        BOOST_TEST(of.state() == watch_state::state::unchanged);
    }
}

BOOST_AUTO_TEST_CASE(refused_changes_stay_pending_and_are_offered_again) {
    offer(restart_result::refused);
    BOOST_TEST(state() == watch_state::state::pending);
    for (int i = 0; i < 100; ++i) poll_after(100ms);
    BOOST_TEST(to.offers > 1);
    to.answer = restart_result::restarted;
    for (int i = 0; i < 100; ++i) poll_after(100ms);
    BOOST_TEST(state() == watch_state::state::unchanged);
}

BOOST_AUTO_TEST_CASE(suspended_changes_are_offered_at_the_stated_moment) {
    to.until = clock.now() + 20s;
    offer(restart_result::suspended);
    BOOST_TEST(state() == watch_state::state::pending);
    while (clock.now() + 100ms < to.until) poll_after(100ms);
    BOOST_TEST(to.offers == 1);
    to.answer = restart_result::restarted;
    poll_after(1s);
    poll_after(1s);
    BOOST_TEST(to.offers == 2);
    BOOST_TEST(state() == watch_state::state::unchanged);
}

BOOST_AUTO_TEST_CASE(suspended_changes_are_offered_on_the_next_change_too) {
    to.until = clock.now() + 1h;
    offer(restart_result::suspended);
    files.write("t/b");
    for (int i = 0; i < 30; ++i) poll_after(100ms);
    BOOST_TEST(to.offers > 1);
}

BOOST_AUTO_TEST_SUITE_END()
