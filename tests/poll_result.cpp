#include <restat/poll_result.hpp>

#include <restat/testing/recording_restart.hpp>

#include "support/stage_in_memory.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace std::chrono_literals;

namespace {

struct stage : support::stage_in_memory<testing::recording_restart> {
    stage() : stage_in_memory{testing::recording_restart{}} {
        files.write("t/b");
        clock.advance(1s);
    }
    void edit() { files.write("t/a", "an edit"); }

    testing::recording_restart& answers = reloader.strategy();
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(poll_results, stage)

BOOST_AUTO_TEST_CASE(poll_of_a_young_tree_is_starting) {
    edit();
    BOOST_TEST((reloader.poll().state == poll_state::starting));
    BOOST_TEST((poll_after(1s).state == poll_state::unchanged));
}

BOOST_AUTO_TEST_CASE(edit_settles_then_is_delivered) {
    reloader.baseline();
    edit();
    auto const found = poll_after(1s);
    BOOST_TEST((found.state == poll_state::settling));
    BOOST_TEST((found.next <= clock.now() + 75ms));
    BOOST_TEST((poll_after(1s).state == poll_state::delivered));
    BOOST_TEST((poll_after(1s).state == poll_state::unchanged));
}

BOOST_AUTO_TEST_CASE(declined_changes_count_as_delivered) {
    answers.answer(restart_result::declined);
    reloader.baseline();
    edit();
    poll_after(1s);
    BOOST_TEST((poll_after(1s).state == poll_state::delivered));
}

BOOST_AUTO_TEST_CASE(refused_changes_stay_pending) {
    answers.answer(restart_result::refused, std::make_error_code(std::errc::text_file_busy));
    reloader.baseline();
    edit();
    poll_after(1s);
    BOOST_TEST((poll_after(1s).state == poll_state::refused));
    answers.answer(restart_result::restarted);
    BOOST_TEST((poll_after(1min).state == poll_state::delivered));
}

BOOST_AUTO_TEST_CASE(abandoned_scan_leaves_the_snapshot_valid) {
    reloader.baseline();
    files.remove("t/a");
    reloader.stop();
    std::error_code error;
    clock.advance(1s);
    BOOST_TEST((reloader.poll(error).state == poll_state::failed));
    BOOST_TEST((error == std::errc::operation_canceled));
    BOOST_TEST(reloader.latest().contains("t/a"));
}

BOOST_AUTO_TEST_CASE(poll_inside_a_poll_is_busy) {
    struct inside final : observer {
        explicit inside(stage& on) : of{on} {}
        void on_scan(snapshot const&, scan_span) noexcept override {
            state = of.reloader.poll().state;
        }
        stage& of;
        poll_state state = poll_state::failed;
    };
    reloader.baseline();
    inside listener{*this};
    reloader.observe(&listener);
    poll_after(1s);
    BOOST_TEST((listener.state == poll_state::busy));
    reloader.observe(nullptr);
}

BOOST_AUTO_TEST_CASE(slice_reports_its_entries_and_the_end_of_its_scan) {
    reloader.baseline();
    clock.advance(1s);
    auto const whole = reloader.poll_for(1h);
    BOOST_TEST((whole.state == poll_state::unchanged));
    BOOST_TEST(whole.round_ended);
    BOOST_TEST(whole.entries_checked == 3U); // the directory and its two files
}

BOOST_AUTO_TEST_SUITE_END()
