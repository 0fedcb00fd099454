// The states of a supervised program:
//
//      +---------------------------- wanted ---------------------------+
//      |                                                               |
//     idle ---start---> running ---ended, all gone-----------------> settle ---> pausing
//      ^                 |    |                                      ^    ^          |
//      |          wanted |    | ended, some left                     |    |          | time
//      |                 v    v                                      |    |          v
//      |        stopping <-- lingering (only where they may stay) ---+    |        start
//      |                 | grace over            all gone                 |
//      |                 +------> killing --------------------------------+
//      +--- a start failed, and waiting does not help
//
// A change in any state except `running` and `lingering` only adds to the changes of the next
// start; several changes still result in a single start. `yielding` precedes `stopping` if a
// terminal key requested the stop. The program already has the signal of the key, and an
// immediate second signal would interrupt its reaction.
//
// With a `readiness` requirement, a program is on trial while `running`. A failed program is
// stopped as for a change. The next start, and each start until a change, uses the copy of the
// last good program.

#include "restart/supervisor.hpp"

#include "restart/ignore_rule.hpp"
#include "restart/merge_changes.hpp"

#include <restat/detail/catch_bad_alloc.hpp>
#include <restat/error.hpp>

#include <algorithm>

namespace restat::detail {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds healthy_after = 5s;
constexpr std::chrono::nanoseconds shortest_pause = 100ms;
constexpr std::chrono::nanoseconds longest_restart_pause = 5s;
constexpr std::chrono::nanoseconds child_kill_limit = 5s;
constexpr std::chrono::nanoseconds shortest_check_pause = 2ms;
constexpr std::chrono::nanoseconds longest_check_pause = 50ms;
constexpr std::chrono::nanoseconds lingering_check_pause = 1s;
constexpr std::chrono::nanoseconds blind_check_pause = 20ms;
constexpr std::chrono::nanoseconds terminal_check_pause = 100ms;
constexpr std::chrono::nanoseconds longest_yield = 1s;
constexpr int kill_signal = 9;

std::chrono::nanoseconds longer(std::chrono::nanoseconds pause) noexcept {
    return std::clamp(pause * 2, shortest_pause, longest_restart_pause);
}

constexpr std::chrono::hours longest_grace{24 * 365}; // avoids an overflow

// Returns true if the same start may succeed later without intervention, false if the program
// itself prevents the start.
bool passes(std::error_code error) noexcept {
    constexpr std::errc lasting[] = {std::errc::no_such_file_or_directory,
                                     std::errc::permission_denied,
                                     std::errc::executable_format_error,
                                     std::errc::not_a_directory,
                                     std::errc::too_many_symbolic_link_levels,
                                     std::errc::filename_too_long,
                                     std::errc::argument_list_too_long,
                                     std::errc::operation_not_permitted,
                                     std::errc::is_a_directory,
                                     std::errc::invalid_argument};
    return error != errc::program_unknown && error != errc::privileged &&
           std::none_of(std::begin(lasting), std::end(lasting),
                        [&](std::errc code) { return error == code; });
}

bool may_appear(std::error_code error) noexcept {
    return error == std::errc::no_such_file_or_directory;
}

} // namespace

supervisor::supervisor(supervisor_options options,
                       std::function<void(process_event const&)> listener)
    : options_{options}, listener_{std::move(listener)}, guard_{options.guard, options.seed} {
    options_.grace = std::clamp<std::chrono::nanoseconds>(options_.grace, 0ns, longest_grace);
    options_.ready_limit =
        std::clamp<std::chrono::nanoseconds>(options_.ready_limit, 0ns, longest_grace);
}

restart_result supervisor::restart(child& of, change_set const& changes, std::error_code& error,
                                   change_set const& beside) {
    using verdict = restart_loop_guard::verdict;
    error.clear();
    if (in_last_run_ || ending_ || done_ || final_) return restart_result::declined;
    if (!can_start(of, error)) return restart_result::refused;
    auto const ruled = wanted_ ? verdict::restart : ask_guard(of, changes);
    bool const comes_anyway =
        state_ == state::pausing; // a change from outside the program is included now
    if (ruled == verdict::settle) return restart_result::declined;
    if (ruled == verdict::suspend && !comes_anyway) {
        error = errc::restart_suspended;
        return restart_result::suspended;
    }
    changes_ = merge(merge(changes_, beside), changes);
    if (ruled == verdict::suspend) return restart_result::restarted;
    want_newest();
    exit_pause_ = {};
    start_pause_ = {};
    reported_error_.clear();
    return restart_result::restarted;
}

// Checks only if a start would stop a running program.
bool supervisor::can_start(child& of, std::error_code& error) {
    if (state_ != state::running && state_ != state::lingering) return true;
    auto const check = of.check();
    if (!check.error) return true;
    error = check.error;
    if (error != std::exchange(reported_error_, error)) {
        notify({.kind = process_event_kind::start_failed, .error = error, .path = check.path});
    }
    return false;
}

restart_loop_guard::verdict supervisor::ask_guard(child& of, change_set const& changes) {
    if (options_.guard == loop_guard::off) return restart_loop_guard::verdict::restart;
    auto const made = guard_.judge(changes, now_, of.gather_evidence());
    report(made);
    return made.is;
}

void supervisor::report(restart_loop_guard::ruling const& made) {
    if (!made.proven.empty()) {
        notify({.kind = process_event_kind::restart_loop,
                .pid = pid(),
                .path = made.proven.front(),
                .rule = ignore_rule_for(made.proven)});
    }
    if (made.suspended.empty() || made.is != restart_loop_guard::verdict::suspend) return;
    notify({.kind = process_event_kind::restart_suspended,
            .pid = pid(),
            .path = made.suspended.front(),
            .pause = guard_.until() - now_,
            .rule = ignore_rule_for(made.suspended)});
}

void supervisor::want_newest() noexcept {
    reason_ = start_reason::change;
    which_ = start_of::file;
    wanted_ = true;
}

void supervisor::start() {
    final_ = false;
    done_ = false;
    in_last_run_ = false;
    if (has_group() && state_ == state::idle) state_ = state::killing; // abandoned by `stop`
    if (!has_group()) which_ = start_of::file;
    if (has_group() || wanted_ || options_.first == first_start::on_change) return;
    reason_ = start_reason::start;
    wanted_ = true;
}

void supervisor::stop() noexcept {
    final_ = true;
    wanted_ = false;
}

supervision supervisor::supervise(child& of, time_point now) {
    now_ = now;
    check_ready(of);
    check_leader(of, now);
    check_limit(of, now);
    while (step(of, now)) {
    }
    check_terminal(of);
    constexpr supervision::state shown[] = {
        supervision::state::idle,     supervision::state::running,  supervision::state::running,
        supervision::state::stopping, supervision::state::stopping, supervision::state::stopping,
        supervision::state::pausing,
    };
    return {shown[static_cast<unsigned>(state_)], next(of, now), done_};
}

void supervisor::check_ready(child& of) {
    if (options_.ready != readiness::notified || !has_leader()) return;
    bool const is_ready = of.has_reported_ready();
    if (is_ready && on_trial_) passed(of);
}

void supervisor::check_leader(child& of, time_point now) {
    if (!has_leader()) return;
    auto const end = of.ended();
    if (!end) return;
    leader_ended_ = true;
    next_check_ = now;
    check_pause_ = shortest_check_pause;
    last_exit_ = end->error ? std::nullopt : std::optional{end->status};
    if (now - started_at_ >= healthy_after) exit_pause_ = {};
    notify({.kind = process_event_kind::ended,
            .pid = pid_,
            .status = end->status,
            .error = end->error,
            .interrupted = end->interrupted});
    if (state_ != state::running) return;
    if (end->interrupted) on_trial_ = false; // the program is not to blame
    if (on_trial_) failed(of, {end->status, end->error});
    ended_by_itself(now);
}

// Runs last, so the supervisor already knows any report before the end, and an end at the limit.
void supervisor::check_limit(child& of, time_point now) {
    if (!on_trial_) return;
    if (!trial_ends_) trial_ends_ = now + options_.ready_limit;
    if (now < *trial_ends_) return;
    if (options_.ready == readiness::survived) return passed(of);
    failed(of, {.error = std::make_error_code(std::errc::timed_out)});
}

void supervisor::passed(child& of) {
    on_trial_ = false;
    of.approve();
    notify({.kind = process_event_kind::ready, .pid = pid_, .path = path_});
}

void supervisor::failed(child& of, trial_end why) {
    on_trial_ = false;
    notify({.kind = process_event_kind::not_ready,
            .pid = pid_,
            .status = why.status,
            .error = why.error,
            .path = path_});
    if (!wanted_ && !final_ && of.can_roll_back()) roll_back(why);
}

void supervisor::roll_back(trial_end why) {
    failure_ = why;
    which_ = start_of::copy;
    reason_ = start_reason::rollback;
    wanted_ = true;
}

void supervisor::ended_by_itself(time_point now) noexcept {
    guard_.exited(now);
    state_ = state::lingering;
    ending_ = !wanted_ && is_last_run();
}

void supervisor::check_terminal(child& of) {
    if (!has_leader() || !of.is_at_terminal()) return;
    bool const was_suspended = of.was_suspended();
    if (of.wants_terminal()) notify({.kind = process_event_kind::wants_terminal, .pid = pid_});
    if (!was_suspended) return;
    notify({.kind = process_event_kind::suspended, .pid = pid_});
    of.resume();
    trial_ends_.reset(); // the suspended program could not get ready
}

// Takes a single pending transition.
bool supervisor::step(child& of, time_point now) {
    state const before = state_;
    switch (state_) {
    case state::idle:
        if (wanted_) begin(of, now);
        break;
    case state::pausing:
        if (final_)
            state_ = state::idle;
        else if (wanted_ || now >= deadline_)
            begin(of, now);
        break;
    case state::running:
        if (wanted_ || final_) ask_to_end(of, now);
        break;
    case state::lingering:
        if (is_gone(of, now))
            settle(of, now);
        else if (wanted_ || final_ || ending_ || options_.on_exit == after_exit::restart)
            ask_to_end(of, now);
        break;
    case state::yielding:
        if (is_gone(of, now))
            settle(of, now);
        else if (now >= deadline_)
            send_signal(of, now);
        break;
    case state::stopping:
        if (is_gone(of, now))
            settle(of, now);
        else if (now >= deadline_)
            kill(of, now);
        break;
    case state::killing:
        if (is_gone(of, now))
            settle(of, now);
        else if (now >= deadline_)
            wait_on(of);
        break;
    }
    return state_ != before || (wanted_ && state_ == state::idle); // the latter for a rollback
}

bool supervisor::is_gone(child& of, time_point now) {
    if (!leader_ended_ || now < next_check_) return false;
    if (of.is_gone()) return true;
    next_check_ = now + check_pause_;
    check_pause_ = std::min(check_pause_ * 2, longest_check_pause);
    if (state_ == state::lingering) next_check_ = now + lingering_check_pause;
    return false;
}

void supervisor::begin(child& of, time_point now) {
    auto const outcome = of.start({generation_ + 1, reason_, changes_, which_});
    last_error_ = outcome.error;
    if (outcome.error) {
        not_started(of, outcome, now);
    } else {
        started(outcome, now);
    }
}

void supervisor::started(start_outcome const& outcome, time_point now) {
    state_ = state::running;
    pid_ = outcome.pid;
    leader_ended_ = false;
    started_at_ = now;
    step_ = stop_step::none;
    guard_.started(now, outcome.clock);
    ++generation_;
    in_last_run_ = options_.on_change == after_change::once && reason_ == start_reason::change;
    wanted_ = false;
    changes_ = {};
    start_pause_ = {};
    reported_error_.clear();
    path_ = outcome.path;
    on_trial_ = is_trial();
    trial_ends_ = now + options_.ready_limit;
    notify({.kind = process_event_kind::started,
            .pid = pid_,
            .error = outcome.not_kept,
            .path = path_});
    if (reason_ != start_reason::rollback) return;
    notify({.kind = process_event_kind::rolled_back,
            .pid = pid_,
            .status = failure_.status,
            .error = failure_.error,
            .path = path_});
}

// A last run must end; its readiness is irrelevant.
bool supervisor::is_trial() const noexcept {
    bool const is_last =
        options_.on_change == after_change::once && reason_ == start_reason::change;
    return options_.ready != readiness::started && which_ == start_of::file && !is_last;
}

void supervisor::not_started(child& of, start_outcome const& outcome, time_point now) {
    bool const is_last =
        options_.on_exit == after_exit::quit ||
        (options_.on_change == after_change::once && reason_ == start_reason::change);
    bool const again =
        outcome.passes || passes(outcome.error) || (may_appear(outcome.error) && !is_last);
    start_pause_ = again ? longer(start_pause_) : 0ns;
    deadline_ = now + start_pause_;
    state_ = again ? state::pausing : state::idle;
    done_ = !again && is_last;
    wanted_ = false;
    if (outcome.error != std::exchange(reported_error_, outcome.error)) {
        notify({.kind = process_event_kind::start_failed,
                .error = outcome.error,
                .path = outcome.path,
                .pause = start_pause_});
    }
    if (again || !is_trial() || final_ || !of.can_roll_back()) return;
    done_ = false;
    roll_back({.error = outcome.error});
}

void supervisor::ask_to_end(child& of, time_point now) {
    next_check_ = now;
    check_pause_ = shortest_check_pause;
    asked_at_ = now;
    on_trial_ = false;
    if (!final_ || !of.was_interrupted()) return send_signal(of, now);
    state_ = state::yielding;
    step_ = stop_step::key;
    deadline_ = now + std::min(options_.grace / 2, longest_yield);
}

void supervisor::send_signal(child& of, time_point now) {
    of.signal(options_.signal);
    state_ = state::stopping;
    step_ = stop_step::signal;
    deadline_ = asked_at_ + options_.grace;
    next_check_ = now;
    check_pause_ = shortest_check_pause;
    notify({.kind = process_event_kind::signalled, .pid = pid_});
}

void supervisor::kill(child& of, time_point now) {
    auto still_there = of.members();
    of.signal(kill_signal);
    state_ = state::killing;
    step_ = stop_step::kill;
    deadline_ = now + child_kill_limit;
    next_check_ = now;
    check_pause_ = shortest_check_pause;
    reported_stuck_ = false;
    notify({.kind = process_event_kind::killed, .pid = pid_, .members = std::move(still_there)});
}

// Reports a group surviving KILL. No program can start beside the group, but a final stop may
// abandon the group.
void supervisor::wait_on(child& of) {
    if (!std::exchange(reported_stuck_, true)) {
        notify({.kind = process_event_kind::stuck,
                .pid = pid_,
                .error = std::make_error_code(std::errc::timed_out),
                .members = of.members()});
    }
    if (final_ || ending_) {
        state_ = state::idle;
        done_ = ending_;
    }
}

// Decides about the next state after the end of the group.
void supervisor::settle(child& of, time_point now) {
    of.reap();
    if (options_.ends_strays) guard_.ended(now);
    notify({.kind = process_event_kind::gone, .pid = std::exchange(pid_, 0), .step = step_});
    state_ = state::idle;
    done_ = std::exchange(ending_, false);
    if (done_ || wanted_ || final_ || options_.on_exit != after_exit::restart) return;
    reason_ = start_reason::exit;
    exit_pause_ = longer(exit_pause_);
    deadline_ = now + exit_pause_;
    state_ = state::pausing;
    notify({.kind = process_event_kind::pausing, .pause = exit_pause_});
}

bool supervisor::is_last_run() const noexcept {
    return in_last_run_ || options_.on_exit == after_exit::quit;
}

time_point supervisor::trial_is_over(time_point now) const noexcept {
    return on_trial_ ? trial_ends_.value_or(now) : time_point::max();
}

time_point supervisor::next(child const& of, time_point now) const noexcept {
    auto const rest = leader_ended_ ? next_check_ : time_point::max();
    time_point at = time_point::max();
    switch (state_) {
    case state::idle: break;
    case state::running: at = trial_is_over(now); break;
    case state::lingering: at = rest; break;
    case state::yielding:
    case state::stopping: at = std::min(deadline_, rest); break;
    case state::killing: at = reported_stuck_ ? rest : std::min(deadline_, rest); break;
    case state::pausing: at = deadline_; break;
    }
    if (has_leader() && of.descriptor() < 0) at = std::min(at, now + blind_check_pause);
    if (has_leader() && of.is_at_terminal()) at = std::min(at, now + terminal_check_pause);
    return at;
}

void supervisor::rethrow() {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

// Catches an exception of the listener, so the step is completed.
void supervisor::notify(process_event what) {
    if (!listener_) return;
    bool const is_next =
        what.kind == process_event_kind::start_failed || what.kind == process_event_kind::pausing;
    what.generation = generation_ + (is_next ? 1 : 0);
    auto thrown = caught([&] { listener_(what); });
    if (thrown && !thrown_) thrown_ = std::move(thrown);
}

} // namespace restat::detail
