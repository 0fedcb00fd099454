#include "restart/supervisor.hpp"

#include "restart/scripted_child.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace restat;
using namespace restat::scripted;

BOOST_FIXTURE_TEST_SUITE(supervisor_, fixture)

BOOST_AUTO_TEST_CASE(no_program_runs_before_start) {
    BOOST_TEST(step().now == shown::idle);
    BOOST_TEST(log() == lines{});
}

BOOST_AUTO_TEST_CASE(start_runs_the_program_once) {
    auto const state = run();
    BOOST_TEST(state.now == shown::running);
    BOOST_TEST((state.next == time_point::max()));
    BOOST_TEST(!state.done);
    step(1h);
    BOOST_TEST(log() == lines{"start 1 start"});
    BOOST_TEST(it().pid() == 101);
    BOOST_TEST(reported() == kinds{kind::started});
}

BOOST_AUTO_TEST_CASE(listener_exception_is_rethrown_after_the_step) {
    made.emplace(options, [](auto const&) { throw std::runtime_error{"no log"}; });
    run();
    BOOST_TEST(log() == lines{"start 1 start"});
    BOOST_TEST(it().pid() == 101);
    BOOST_CHECK_THROW(it().rethrow(), std::runtime_error);
    BOOST_CHECK_NO_THROW(it().rethrow());
    BOOST_TEST(step(1h).now == shown::running);
    BOOST_TEST(log() == lines{});
}

BOOST_AUTO_TEST_CASE(a_postponed_start_waits_for_a_change) {
    options.first = first_start::on_change;
    BOOST_TEST(run().now == shown::idle);
    change({"a"});
    BOOST_TEST(step().now == shown::running);
    BOOST_TEST(log() == lines{"start 1 change a"});
}

BOOST_AUTO_TEST_CASE(change_restarts_the_program_after_its_group_is_gone) {
    run();
    log();
    BOOST_TEST(change({"a"}) == restart_result::restarted);
    BOOST_TEST(step().now == shown::stopping);
    BOOST_TEST(log() == lines{"signal 15"});
    exits(0, false);
    BOOST_TEST(step(10ms).now == shown::stopping); // a grandchild is left
    BOOST_TEST(log() == lines{});
    BOOST_TEST(it().pid() == 0);
    child.gone = true;
    BOOST_TEST(step(100ms).now == shown::running);
    BOOST_TEST((log() == lines{"reap", "start 2 change a"}));
}

BOOST_AUTO_TEST_CASE(the_chosen_signal_is_sent) {
    options.signal = 2;
    run();
    change({"a"});
    step();
    BOOST_TEST((log() == lines{"start 1 start", "signal 2"}));
}

BOOST_AUTO_TEST_CASE(program_is_killed_after_the_grace_period) {
    run();
    change({"a"});
    BOOST_TEST((step().next == now + 3s));
    log();
    BOOST_TEST(step(2999ms).now == shown::stopping);
    BOOST_TEST(log() == lines{});
    BOOST_TEST(step(1ms).now == shown::stopping);
    BOOST_TEST(log() == lines{"signal 9"});
    BOOST_TEST((reported() == kinds{kind::started, kind::signalled, kind::killed}));
    step(1s);
    BOOST_TEST(log() == lines{}); // once
    exits(0);
    BOOST_TEST(step().now == shown::running);
}

BOOST_AUTO_TEST_CASE(last_stop_step_is_reported) {
    run();
    exits(0); // by itself
    step();
    BOOST_TEST((events.back().kind == kind::gone));
    BOOST_TEST((events.back().step == stop_step::none));
    BOOST_TEST(events.back().pid == 101);
    change({"a"});
    step();
    change({"b"});
    step();
    exits(0);
    step(1s);
    BOOST_TEST((events.at(events.size() - 2).step == stop_step::signal));
    change({"c"});
    step();
    step(3s);
    BOOST_TEST((events.back().members == std::vector<process_name>{{100, "it"}}));
    exits(0);
    step(1s);
    BOOST_TEST((events.at(events.size() - 2).step == stop_step::kill));
    BOOST_TEST((events.back().kind == kind::started));
}

BOOST_AUTO_TEST_CASE(terminal_key_gets_time_before_the_signal) {
    run();
    log();
    child.interrupted = true;
    it().stop();
    BOOST_TEST(step().now == shown::stopping);
    BOOST_TEST((step().next == now + 1s)); // less than half of the grace period
    BOOST_TEST(log() == lines{});
    step(1s - 1ns);
    BOOST_TEST(log() == lines{});
    step(1ns);
    BOOST_TEST(log() == lines{"signal 15"});
    step(2s - 1ns);
    BOOST_TEST(log() == lines{});
    step(1ns);
    BOOST_TEST(log() == lines{"signal 9"});
}

BOOST_AUTO_TEST_CASE(obeyed_terminal_key_needs_no_signal) {
    options.grace = 600ms;
    run();
    log();
    child.interrupted = true;
    it().stop();
    BOOST_TEST((step().next == now + 300ms));
    exits(0);
    BOOST_TEST(step(100ms).now == shown::idle);
    BOOST_TEST(log() == lines{"reap"});
    BOOST_TEST((events.back().step == stop_step::key));
}

BOOST_AUTO_TEST_CASE(ignored_terminal_key_does_not_delay_a_restart) {
    run();
    child.interrupted = true;
    change({"a"});
    step();
    BOOST_TEST(child.log.back() == "signal 15");
}

BOOST_AUTO_TEST_CASE(system_failure_is_retried_for_any_error_code) {
    child.start_error = code_of(std::errc::permission_denied); // also an error of clone(2)
    child.passes = true;
    BOOST_TEST(run().now == shown::pausing);
    child.start_error = {};
    BOOST_TEST(step(100ms).now == shown::running);
}

BOOST_AUTO_TEST_CASE(a_change_at_the_same_distance_waits_for_the_moment_of_the_guard) {
    run();
    step(500ms);
    BOOST_TEST(change({"log[1]"}) == restart_result::restarted);
    step();
    exits(0);
    step(10ms);
    step(500ms);
    reported();
    log();
    std::error_code error;
    BOOST_TEST(change({"log[1]"}, &error) == restart_result::suspended);
    BOOST_TEST(error == errc::restart_suspended);
    BOOST_REQUIRE(events.size() == 1U);
    BOOST_TEST((events[0].kind == kind::restart_suspended));
    BOOST_TEST(events[0].path == "log[1]");
    BOOST_TEST(events[0].rule == "log\\[1]");
    BOOST_TEST((events[0].pause >= 1s && events[0].pause < 2s));
    BOOST_TEST((it().suspended_until() == now + events[0].pause));
    BOOST_TEST(step().now == shown::running);
    BOOST_TEST(change({"log[1]"}) == restart_result::suspended);
    BOOST_TEST(events.size() == 1U); // reported once
    step(2s);
    BOOST_TEST(change({"log[1]"}) == restart_result::restarted);
    step();
    exits(0);
    step(10ms);
    BOOST_TEST((log() == lines{"signal 15", "reap", "start 3 change log[1]"}));
}

BOOST_AUTO_TEST_CASE(proven_change_is_reported_once_and_declined) {
    run();
    child.files.use = file_use::written;
    step(3s);
    reported();
    BOOST_TEST(change({"log"}) == restart_result::declined);
    BOOST_REQUIRE(events.size() == 1U);
    BOOST_TEST((events[0].kind == kind::restart_loop));
    BOOST_TEST(events[0].rule == "log");
    BOOST_TEST(change({"log"}) == restart_result::declined);
    BOOST_TEST(events.size() == 1U);
}

BOOST_AUTO_TEST_CASE(disabled_guard_suspends_no_change) {
    options.guard = loop_guard::off;
    child.files.use = file_use::written;
    run();
    for (int i = 0; i < 20; ++i) {
        BOOST_TEST(change({"log"}) == restart_result::restarted);
        step();
        exits(0);
        step(10ms);
    }
}

BOOST_AUTO_TEST_CASE(requested_restart_includes_suspended_changes) {
    run();
    change({"a"});
    step();
    exits(0);
    step(10ms);
    BOOST_TEST(change({"a"}) == restart_result::suspended);
    std::error_code error;
    BOOST_TEST(it().restart(child, {}, error) == restart_result::restarted);
    step();
    exits(0);
    step(10ms);
    BOOST_TEST((it().suspended_until() == time_point::max()));
}

// The program returns after the pause, with the change; the pauses still grow.
BOOST_AUTO_TEST_CASE(program_writing_and_failing_at_once_restarts_slowly) {
    options.on_exit = after_exit::restart;
    run();
    int starts = 1;
    for (auto const end = now + 60s; now < end;) {
        exits(1);
        step(10ms);
        change({"state"});
        auto const seen = step();
        starts += seen.now == shown::running ? 1 : 0;
        if (seen.next != time_point::max() && seen.next > now) {
            starts += step(seen.next - now).now == shown::running ? 1 : 0;
        }
    }
    BOOST_TEST(starts < 25);
}

BOOST_AUTO_TEST_CASE(changes_during_a_stop_result_in_a_single_start) {
    run();
    change({"a", "c"});
    step();
    change({"b"});
    step(1s);
    change({"c", "d"});
    step(3s); // already in state `killing`
    change({"e"});
    log();
    exits(0);
    step(100ms);
    step(1h);
    BOOST_TEST((log() == lines{"reap", "start 2 change a b c d e"}));
}

BOOST_AUTO_TEST_CASE(unkillable_group_is_reported_once_and_blocks_the_next_start) {
    run();
    change({"a"});
    step();
    step(3s);
    reported();
    step(5s);
    step(5s);
    BOOST_TEST(reported() == kinds{kind::stuck});
    BOOST_TEST(child.log.back() == "signal 9");
    it().stop();
    BOOST_TEST(step().now == shown::idle); // given up
    it().start();
    change({"b"});
    BOOST_TEST(step(1s).now == shown::stopping); // but remembered
    log();
    exits(0);
    BOOST_TEST(step(1s).now == shown::running);
    BOOST_TEST((log() == lines{"reap", "start 2 change a b"}));
}

BOOST_AUTO_TEST_CASE(old_program_ends_only_if_the_new_program_can_start) {
    run();
    log();
    child.check_error = code_of(std::errc::permission_denied);
    BOOST_TEST(change({"a"}) == restart_result::refused);
    BOOST_TEST(change({"a"}) == restart_result::refused);
    BOOST_TEST(step().now == shown::running);
    BOOST_TEST(log() == lines{});
    BOOST_TEST((reported() == kinds{kind::started, kind::start_failed})); // reported once
    child.check_error = {};
    BOOST_TEST(change({"a"}) == restart_result::restarted);
    BOOST_TEST(step().now == shown::stopping);
}

BOOST_AUTO_TEST_CASE(exit_by_itself_waits_for_a_change) {
    run();
    exits(3);
    auto const state = step();
    BOOST_TEST(state.now == shown::idle);
    BOOST_TEST(!state.done);
    BOOST_TEST((it().last_exit() == exit_status{3, 0, false}));
    step(1h);
    BOOST_TEST((log() == lines{"start 1 start", "reap"}));
    change({"a"});
    step();
    BOOST_TEST(log() == lines{"start 2 change a"});
}

BOOST_AUTO_TEST_CASE(remaining_processes_may_stay_until_a_change) {
    run();
    log();
    exits(0, false);
    BOOST_TEST(step().now == shown::running);
    BOOST_TEST((step().next <= now + 1s));
    BOOST_TEST(log() == lines{});
    change({"a"});
    BOOST_TEST(step().now == shown::stopping);
    BOOST_TEST(log() == lines{"signal 15"});
}

BOOST_AUTO_TEST_CASE(end_of_remaining_processes_is_detected) {
    run();
    exits(0, false);
    step();
    child.gone = true;
    BOOST_TEST(step(1s).now == shown::idle);
    BOOST_TEST((log() == lines{"start 1 start", "reap"}));
}

BOOST_AUTO_TEST_CASE(exit_by_itself_ends_supervision_with_quit) {
    options.on_exit = after_exit::quit;
    run();
    exits(7, false);
    BOOST_TEST(!step().done);
    BOOST_TEST(child.log.back() == "signal 15"); // the remaining processes are stopped
    BOOST_TEST(change({"a"}) == restart_result::declined);
    child.gone = true;
    BOOST_TEST(step(1s).done);
    BOOST_TEST(it().last_exit()->code == 7);
}

BOOST_AUTO_TEST_CASE(end_by_the_stop_signal_is_no_exit_by_itself) {
    options.on_exit = after_exit::quit;
    run();
    change({"a"});
    step();
    exits(0);
    auto const state = step(1s);
    BOOST_TEST(!state.done);
    BOOST_TEST(state.now == shown::running);
}

BOOST_AUTO_TEST_CASE(program_dying_repeatedly_restarts_after_growing_pauses) {
    options.on_exit = after_exit::restart;
    run();
    for (auto const pause : {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms}) {
        exits(1);
        auto const state = step();
        BOOST_TEST(state.now == shown::pausing);
        BOOST_TEST((state.next == now + pause));
        BOOST_TEST(step(pause - 1ns).now == shown::pausing);
        BOOST_TEST(step(1ns).now == shown::running);
        BOOST_TEST(child.log.back().ends_with("exit"));
    }
    exits(1);
    step(5s); // long enough to count as healthy
    BOOST_TEST((step().next == now + 100ms));
}

BOOST_AUTO_TEST_CASE(a_change_ends_the_pause) {
    options.on_exit = after_exit::restart;
    run();
    exits(1);
    step();
    change({"a"});
    BOOST_TEST(step().now == shown::running);
    BOOST_TEST(child.log.back() == "start 2 change a");
    exits(1);
    BOOST_TEST((step().next == now + 100ms)); // and starts again from the beginning
}

BOOST_AUTO_TEST_CASE(once_runs_the_program_to_its_end_after_the_first_change) {
    options.on_change = after_change::once;
    run();
    exits(1);
    BOOST_TEST(!step().done); // from before the change
    change({"a"});
    step();
    BOOST_TEST(change({"b"}) == restart_result::declined);
    BOOST_TEST(step(1h).now == shown::running);
    exits(4);
    BOOST_TEST(step().done);
    BOOST_TEST(it().last_exit()->code == 4);
}

BOOST_AUTO_TEST_CASE(waiting_changes_cause_one_start_after_the_end_of_the_run) {
    options.on_change = after_change::wait;
    run();
    log();
    BOOST_TEST(change({"a"}) == restart_result::restarted);
    BOOST_TEST(step(1h).now == shown::running);
    BOOST_TEST(change({"b"}) == restart_result::restarted);
    BOOST_TEST(log() == lines{});
    exits(0, false); // a process of the run stays
    BOOST_TEST(step().now == shown::stopping);
    BOOST_TEST(log() == lines{"signal 15"});
    child.gone = true;
    BOOST_TEST(step(1s).now == shown::running);
    BOOST_TEST((log() == lines{"reap", "start 2 change a b"}));
    BOOST_TEST(step(1h).now == shown::running);
    BOOST_TEST(log() == lines{}); // once
}

BOOST_AUTO_TEST_CASE(written_files_are_noted_only_while_a_change_would_wait) {
    struct {
        after_change on_change;
        loop_guard guard;
        int notes;
    } const table[] = {{after_change::wait, loop_guard::on, 2},
                       {after_change::wait, loop_guard::off, 0},
                       {after_change::restart, loop_guard::on, 0},
                       {after_change::signal, loop_guard::on, 0}};
    for (auto const& [on_change, guard, notes] : table) {
        made.reset();
        child.notes = 0;
        options.on_change = on_change;
        options.guard = guard;
        run();
        step(1s);
        exits(0);
        step(1s); // the end is seen in the same step
        step(1s);
        BOOST_TEST(child.notes == notes);
    }
}

BOOST_AUTO_TEST_CASE(waiting_change_does_not_check_the_program_before_the_end_of_the_run) {
    options.on_change = after_change::wait;
    run();
    child.check_error = code_of(std::errc::no_such_file_or_directory);
    BOOST_TEST(change({"a"}) == restart_result::restarted);
    child.check_error = {};
    exits(0);
    BOOST_TEST(step().now == shown::running);
}

BOOST_AUTO_TEST_CASE(request_without_changes_does_not_wait) {
    options.on_change = after_change::wait;
    run();
    change({"a"});
    log();
    change({}); // a key
    change({"b"});
    BOOST_TEST(step().now == shown::stopping);
    BOOST_TEST(log() == lines{"signal 15"});
    exits(0);
    step(1s);
    BOOST_TEST((log() == lines{"reap", "start 2 change a b"}));
}

BOOST_AUTO_TEST_CASE(change_signal_goes_to_the_leader_of_the_running_program) {
    options.on_change = after_change::signal;
    options.change_signal = 10;
    run();
    log();
    BOOST_TEST(change({"a"}) == restart_result::restarted);
    BOOST_TEST(step().now == shown::running);
    BOOST_TEST(log() == lines{"signal leader 10"});
    change({}); // a key
    BOOST_TEST(step().now == shown::stopping);
    BOOST_TEST(log() == lines{"signal 15"});
    exits(0);
    BOOST_TEST(step(1s).now == shown::running);
    exits(0);
    step();
    log();
    change({"b"}); // no program runs
    step();
    BOOST_TEST(log() == lines{"start 3 change b"});
}

BOOST_AUTO_TEST_CASE(run_beyond_its_limit_is_stopped_without_another_start) {
    options.run_limit = 10s;
    BOOST_TEST((run().next == now + 10s));
    BOOST_TEST(step(10s - 1ns).now == shown::running);
    log();
    BOOST_TEST(step(1ns).now == shown::stopping);
    BOOST_TEST(log() == lines{"signal 15"});
    BOOST_TEST((reported() == kinds{kind::started, kind::timed_out, kind::signalled}));
    exits(0);
    BOOST_TEST(step(1s).now == shown::idle);
    change({"a"});
    BOOST_TEST(step().now == shown::running);
    BOOST_TEST((step().next == now + 10s)); // each run has its own limit
}

BOOST_AUTO_TEST_CASE(limit_of_a_run_ends_the_wait_of_a_change) {
    options.on_change = after_change::wait;
    options.run_limit = 10s;
    run();
    change({"a"});
    step(10s);
    exits(0);
    BOOST_TEST(step(1s).now == shown::running);
    BOOST_TEST(child.log.back() == "start 2 change a");
}

BOOST_AUTO_TEST_CASE(last_run_beyond_its_limit_ends_supervision) {
    options.on_exit = after_exit::quit;
    options.run_limit = 10s;
    run();
    step(10s);
    child.end = leader_end{{0, 15, false}, {}, false};
    child.gone = true;
    BOOST_TEST(step(1s).done);
    BOOST_TEST(it().last_exit()->signal == 15);
}

BOOST_AUTO_TEST_CASE(temporary_start_failure_is_retried_after_growing_pauses) {
    for (auto const error : {std::errc::text_file_busy, std::errc::no_such_file_or_directory,
                             std::errc::resource_unavailable_try_again}) {
        made.reset();
        child.start_error = code_of(error);
        BOOST_TEST(run().now == shown::pausing);
        BOOST_TEST((it().last_error() == error));
        BOOST_TEST((step().next == now + 100ms));
        auto const again = step(100ms);
        BOOST_TEST((again.next == now + 200ms));
        BOOST_TEST(events.size() == 1U); // reported once
        BOOST_TEST(events.front().path == "/bin/it");
        BOOST_TEST((events.front().error == error));
        BOOST_TEST((events.front().pause == 100ms));
        child.start_error = {};
        BOOST_TEST(step(200ms).now == shown::running);
        BOOST_TEST(!it().last_error());
        BOOST_TEST((reported() == kinds{kind::start_failed, kind::started}));
        BOOST_TEST(child.log.back() == "start 1 start"); // a failure is no generation
    }
}

BOOST_AUTO_TEST_CASE(hopeless_start_waits_for_a_change) {
    child.start_error = code_of(std::errc::executable_format_error);
    auto const state = run();
    BOOST_TEST(state.now == shown::idle);
    BOOST_TEST(!state.done);
    change({"a"});
    step();
    change({"b"});
    child.start_error = {};
    log();
    BOOST_TEST(step().now == shown::running);
    BOOST_TEST(log() == lines{"start 1 change a b"}); // nothing lost
}

BOOST_AUTO_TEST_CASE(change_retries_immediately) {
    child.start_error = code_of(std::errc::no_such_file_or_directory);
    run();
    child.start_error = {};
    change({"a"});
    BOOST_TEST(step().now == shown::running);
}

BOOST_AUTO_TEST_CASE(last_run_that_cannot_start_ends_supervision) {
    options.on_exit = after_exit::quit;
    child.start_error = code_of(std::errc::no_such_file_or_directory);
    auto const state = run();
    BOOST_TEST(state.done);
    BOOST_TEST(state.now == shown::idle);
    BOOST_TEST((it().last_error() == std::errc::no_such_file_or_directory));
}

BOOST_AUTO_TEST_CASE(stop_is_final) {
    options.on_exit = after_exit::restart;
    run();
    change({"a"});
    it().stop();
    BOOST_TEST(step().now == shown::stopping);
    BOOST_TEST(change({"b"}) == restart_result::declined);
    exits(0);
    BOOST_TEST(step(1s).now == shown::idle);
    BOOST_TEST(step(1h).now == shown::idle);
    BOOST_TEST((log() == lines{"start 1 start", "signal 15", "reap"}));
}

BOOST_AUTO_TEST_CASE(stop_during_a_pause_is_final) {
    options.on_exit = after_exit::restart;
    run();
    exits(0);
    step();
    it().stop();
    BOOST_TEST(step().now == shown::idle);
    BOOST_TEST(step(1h).now == shown::idle);
}

BOOST_AUTO_TEST_CASE(program_can_be_started_after_a_stop) {
    run();
    it().stop();
    step();
    exits(0);
    step(1s);
    BOOST_TEST(run().now == shown::running);
    BOOST_TEST(child.log.back() == "start 2 start");
}

BOOST_AUTO_TEST_CASE(end_with_unknown_status_counts_as_an_end) {
    run();
    child.end = leader_end{{}, code_of(std::errc::no_child_process), false};
    child.gone = true;
    BOOST_TEST(step().now == shown::idle);
    BOOST_TEST(!it().last_exit());
    BOOST_TEST((events.at(1).error == std::errc::no_child_process));
}

BOOST_AUTO_TEST_CASE(child_waiting_for_the_terminal_is_reported_once) {
    child.terminal = true;
    run();
    child.wants_tty = true;
    step();
    step();
    BOOST_TEST((reported() == kinds{kind::started, kind::wants_terminal}));
}

BOOST_AUTO_TEST_CASE(suspended_program_continues_when_the_listener_returns) {
    child.terminal = true;
    run();
    BOOST_TEST((step().next <= now + 100ms)); // no descriptor reports this
    child.suspended = true;
    step();
    BOOST_TEST(child.log.back() == "resume");
    BOOST_TEST((reported() == kinds{kind::started, kind::suspended}));
}

BOOST_AUTO_TEST_SUITE_END()
