#include <restat/readiness.hpp>

#include "restart/scripted_child.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace restat::scripted;

namespace {

struct trial_fixture : fixture {
    trial_fixture() {
        options.ready = readiness::notified;
        options.ready_limit = 10s;
    }

    // Generation 1 has reported ready; later starts use another program.
    void run_well() {
        run();
        child.says_ready = true;
        step(1s);
        child.has_copy = true;
        log();
        reported();
    }
    // Generation 2, started for a change, is on trial.
    void run_new() {
        run_well();
        start_new();
    }
    void start_new() {
        change({"it"});
        step();
        exits(0);
        step(1ms);
        log();
        reported();
    }
    // The program on trial ends, with its whole group.
    void fails(int code = 1) {
        exits(code);
        step(1ms);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(readiness_, trial_fixture)

BOOST_AUTO_TEST_CASE(program_reporting_ready_is_approved_once) {
    run();
    BOOST_TEST(log() == lines{"start 1 start"});
    BOOST_TEST(reported() == kinds{kind::started});
    child.says_ready = true;
    BOOST_TEST(step(1s).now == shown::running);
    BOOST_TEST(log() == lines{"approve"});
    BOOST_TEST(events.back().pid == 101);
    BOOST_TEST(events.back().path == "/bin/it");
    BOOST_TEST(reported() == kinds{kind::ready});
    child.says_ready = true;
    step(1h);
    BOOST_TEST(log() == lines{});
    BOOST_TEST(reported() == kinds{});
}

BOOST_AUTO_TEST_CASE(unneeded_ready_reports_are_read_too) {
    run_well();
    child.says_ready = true; // again
    step();
    BOOST_TEST(!child.says_ready);
    change({"it"});
    step();
    child.says_ready = true; // while it is being stopped
    step();
    BOOST_TEST(!child.says_ready);
    exits(0);
    step(1ms);
    fails();
    child.says_ready = true; // by a program not on trial
    step();
    BOOST_TEST(!child.says_ready);
    BOOST_TEST((log() == lines{"signal 15", "reap", "start 2 change it", "reap",
                               "start 3 rollback copy"}));
}

BOOST_AUTO_TEST_CASE(readiness_started_ignores_ready_reports) {
    options.ready = readiness::started;
    child.has_copy = true;
    run();
    child.says_ready = true;
    exits(1);
    step(20s);
    step(1h);
    BOOST_TEST((log() == lines{"start 1 start", "reap"}));
    BOOST_TEST((reported() == kinds{kind::started, kind::ended, kind::gone}));
}

BOOST_AUTO_TEST_CASE(program_ending_before_ready_is_rolled_back) {
    run_new();
    fails(3);
    BOOST_TEST((log() == lines{"reap", "start 3 rollback copy"}));
    BOOST_TEST((events.back().status == exit_status{3, 0, false}));
    BOOST_TEST(events.back().generation == 3U);
    BOOST_TEST((reported() == kinds{kind::ended, kind::not_ready, kind::gone, kind::started,
                                    kind::rolled_back}));
    BOOST_TEST(step(1h).now == shown::running);
    BOOST_TEST(log() == lines{});
    BOOST_TEST(reported() == kinds{});
}

BOOST_AUTO_TEST_CASE(silent_program_is_stopped_at_the_limit_and_rolled_back) {
    run_new();
    auto const next = step(9s).next;
    BOOST_TEST((next == now + 1s));
    BOOST_TEST(log() == lines{});
    BOOST_TEST(step(1s).now == shown::stopping);
    BOOST_TEST(log() == lines{"signal 15"});
    BOOST_TEST(events.at(0).error == code_of(std::errc::timed_out));
    BOOST_TEST((reported() == kinds{kind::not_ready, kind::signalled}));
    step(3s);
    BOOST_TEST(log() == lines{"signal 9"}); // none of its processes is left before
    exits(0);
    step(1ms);
    BOOST_TEST((log() == lines{"reap", "start 3 rollback copy"}));
    BOOST_TEST(events.back().error == code_of(std::errc::timed_out));
    BOOST_TEST((reported() ==
                kinds{kind::killed, kind::ended, kind::gone, kind::started, kind::rolled_back}));
}

BOOST_AUTO_TEST_CASE(ready_report_before_the_end_or_the_limit_counts) {
    run_new();
    child.says_ready = true;
    exits(0);
    step(10s);
    BOOST_TEST((log() == lines{"approve", "reap"}));
    BOOST_TEST((reported() == kinds{kind::ready, kind::ended, kind::gone}));
}

BOOST_AUTO_TEST_CASE(program_surviving_the_limit_is_approved) {
    options.ready = readiness::survived;
    run();
    log();
    auto const next = step(9s).next;
    BOOST_TEST((next == now + 1s));
    BOOST_TEST(log() == lines{});
    step(1s);
    BOOST_TEST(log() == lines{"approve"});
    BOOST_TEST((reported() == kinds{kind::started, kind::ready}));
}

BOOST_AUTO_TEST_CASE(end_at_the_limit_does_not_count_as_survival) {
    options.ready = readiness::survived;
    run();
    step(10s);
    child.has_copy = true;
    start_new();
    exits(0);
    step(10s);
    BOOST_TEST((log() == lines{"reap", "start 3 rollback copy"}));
}

BOOST_AUTO_TEST_CASE(remaining_processes_end_before_the_next_start) {
    run_new();
    exits(1, false);
    step(1ms);
    BOOST_TEST(log() == lines{"signal 15"});
    child.gone = true;
    step(1s);
    BOOST_TEST((log() == lines{"reap", "start 3 rollback copy"}));
}

BOOST_AUTO_TEST_CASE(program_without_a_rollback_target_is_reported_and_keeps_running) {
    run();
    log();
    step(10s);
    BOOST_TEST(log() == lines{});
    BOOST_TEST((reported() == kinds{kind::started, kind::not_ready}));
    exits(1);
    BOOST_TEST(step(1s).now == shown::idle);
    BOOST_TEST(log() == lines{"reap"});
}

BOOST_AUTO_TEST_CASE(late_ready_report_is_not_approved) {
    run();
    log();
    step(10s);
    child.says_ready = true;
    step(1s);
    BOOST_TEST(log() == lines{});
}

BOOST_AUTO_TEST_CASE(failed_build_is_not_retried_without_a_change) {
    options.on_exit = after_exit::restart;
    run_new();
    fails();
    log();
    exits(1); // the last good program ends too
    step(1ms);
    step(1h);
    BOOST_TEST((log() == lines{"reap", "start 4 exit copy"}));
    change({"it"});
    step();
    exits(0);
    step(1ms);
    BOOST_TEST((log() == lines{"signal 15", "reap", "start 5 change it"}));
}

BOOST_AUTO_TEST_CASE(change_during_the_trial_is_no_failure) {
    run_new();
    change({"b"});
    BOOST_TEST(step(1s).now == shown::stopping);
    step(2s);
    exits(1); // by our signal
    step(10s);
    BOOST_TEST((log() == lines{"signal 15", "reap", "start 3 change b"}));
    BOOST_TEST((reported() == kinds{kind::signalled, kind::ended, kind::gone, kind::started}));
}

BOOST_AUTO_TEST_CASE(change_during_a_rollback_starts_the_newest_program) {
    run_new();
    step(10s);
    change({"b"});
    step(1s);
    exits(0);
    step(1ms);
    step(5s);
    BOOST_TEST((log() == lines{"signal 15", "reap", "start 3 change b"}));
}

BOOST_AUTO_TEST_CASE(change_at_the_moment_of_the_failure_is_tried) {
    run_new();
    exits(1);
    change({"b"});
    step(1ms);
    BOOST_TEST((log() == lines{"reap", "start 3 change b"}));
}

BOOST_AUTO_TEST_CASE(requested_restart_tries_the_file_again) {
    run_new();
    fails();
    log();
    std::error_code error;
    it().restart(child, {}, error);
    step();
    exits(0);
    step(1ms);
    BOOST_TEST((log() == lines{"signal 15", "reap", "start 4 change"}));
}

BOOST_AUTO_TEST_CASE(unexecutable_program_is_no_improvement) {
    run_well();
    change({"it"});
    step();
    child.start_error = code_of(std::errc::executable_format_error);
    exits(0);
    step(1ms);
    lines const tried{"signal 15", "reap", "start 2 change it", "start 2 rollback it copy"};
    BOOST_TEST(log() == tried);
    BOOST_TEST(step(1h).now == shown::idle); // the copy could not either
    BOOST_TEST(log() == lines{});
}

BOOST_AUTO_TEST_CASE(system_failure_is_retried_during_a_rollback_too) {
    run_new();
    child.start_error = code_of(std::errc::resource_unavailable_try_again);
    fails();
    child.start_error = {};
    step(100ms);
    BOOST_TEST((log() == lines{"reap", "start 3 rollback copy", "start 3 rollback copy"}));
    BOOST_TEST((reported() == kinds{kind::ended, kind::not_ready, kind::gone, kind::start_failed,
                                    kind::started, kind::rolled_back}));
}

BOOST_AUTO_TEST_CASE(end_of_a_trial_does_not_end_supervision) {
    options.on_exit = after_exit::quit;
    run_new();
    fails();
    BOOST_TEST(child.log.back() == "start 3 rollback copy");
    exits(4);
    BOOST_TEST(step(1s).done); // but the end of the good program is final
    BOOST_TEST(it().last_exit()->code == 4);
}

BOOST_AUTO_TEST_CASE(a_last_run_is_not_on_trial) {
    options.on_change = after_change::once;
    run_new();
    exits(1);
    BOOST_TEST(step(1s).done);
    BOOST_TEST(log() == lines{"reap"});
}

BOOST_AUTO_TEST_CASE(stop_during_the_trial_or_a_rollback_is_final) {
    run_new();
    step(10s); // failed
    it().stop();
    exits(0);
    BOOST_TEST(step(1ms).now == shown::idle);
    BOOST_TEST((log() == lines{"signal 15", "reap"}));
    it().start(); // again
    step();
    BOOST_TEST(log() == lines{"start 3 start"});
    it().stop();
    step(10s);
    exits(1);
    BOOST_TEST(step(1ms).now == shown::idle);
    BOOST_TEST((log() == lines{"signal 15", "reap"}));
}

BOOST_AUTO_TEST_CASE(suspended_time_does_not_count_against_the_limit) {
    child.terminal = true;
    run_new();
    step(9s);
    child.suspended = true;
    step();
    log();
    reported();
    step(1h); // the first check after it
    BOOST_TEST(reported() == kinds{});
    step(9s);
    BOOST_TEST(reported() == kinds{});
    step(1s);
    BOOST_TEST((reported() == kinds{kind::not_ready, kind::signalled}));
}

BOOST_AUTO_TEST_CASE(missing_copy_is_reported_with_the_start) {
    child.copy_error = code_of(std::errc::no_space_on_device);
    run();
    BOOST_TEST(events.at(0).error == code_of(std::errc::no_space_on_device));
}

BOOST_AUTO_TEST_CASE(an_end_by_a_key_of_the_terminal_is_no_verdict) {
    run_new();
    child.end = leader_end{{0, 2, false}, {}, true};
    child.gone = true;
    step(1ms);
    BOOST_TEST(reported() == (kinds{kind::ended, kind::gone}));
    BOOST_TEST(log() == lines{"reap"});
}

BOOST_AUTO_TEST_SUITE_END()
