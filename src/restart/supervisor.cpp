// The states of a supervised program:
//
//      +---------------------------- wanted ---------------------------+
//      |                                                               |
//     idle ---start---> running ---ended, all gone-----------------> gone  ---> pausing
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
// With `after_change::wait`, a change in `running` waits for the end of the run, and a file that
// the program is seen to write is a product of the run: its change starts nothing. A run beyond
// its limit is stopped as for a change, without a following start.
//
// With a `readiness` requirement, a program is on trial while `running`. A failed program is
// stopped as for a change. The next start, and each start until a change, uses the copy of the
// last good program.

#include "restart/supervisor.hpp"

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
bool is_temporary(std::error_code error) noexcept {
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
    return error != errc::program_unknown && error != errc::proc_unavailable &&
           error != errc::privileged &&
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
    options_.run_limit = std::max<std::chrono::nanoseconds>(options_.run_limit, 0ns);
}

supervision supervisor::supervise(child& process, time_point now) {
    now_ = now;
    check_ready(process);
    note_written_files(process);
    check_leader(process, now);
    check_limit(process, now);
    check_run_limit(process, now);
    while (step(process, now)) {
    }
    check_terminal(process);
    constexpr supervision::state shown[] = {
        supervision::state::idle,     supervision::state::running,  supervision::state::running,
        supervision::state::stopping, supervision::state::stopping, supervision::state::stopping,
        supervision::state::pausing,
    };
    return {shown[static_cast<unsigned>(state_)], next(process, now), done_};
}

// A restart would end such a run, and the next run would write the file again.
void supervisor::note_written_files(child& process) {
    bool const is_wanted =
        options_.on_change == after_change::wait && options_.guard == loop_guard::on;
    if (is_wanted && has_group()) process.note_written_files();
}

void supervisor::check_leader(child& process, time_point now) {
    if (!has_leader()) return;
    auto const end = process.ended();
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
    if (on_trial_) trial_failed(process, {end->status, end->error});
    leader_exited(now);
}

void supervisor::check_run_limit(child& process, time_point now) {
    if (state_ != state::running || now < run_end_time()) return;
    notify({.kind = process_event_kind::timed_out, .pid = pid_, .pause = options_.run_limit});
    has_finished_ = !start_requested_ && is_last_run();
    request_end(process, now);
}

void supervisor::leader_exited(time_point now) noexcept {
    guard_.exited(now);
    state_ = state::lingering;
    has_finished_ = !start_requested_ && is_last_run();
}

void supervisor::check_terminal(child& process) {
    if (!has_leader() || !process.is_at_terminal()) return;
    bool const was_suspended = process.was_suspended();
    if (process.wants_terminal())
        notify({.kind = process_event_kind::wants_terminal, .pid = pid_});
    if (!was_suspended) return;
    notify({.kind = process_event_kind::suspended, .pid = pid_});
    process.resume();
    trial_ends_.reset(); // the suspended program could not get ready
}

// Takes a single pending transition.
bool supervisor::step(child& process, time_point now) {
    state const before = state_;
    switch (state_) {
    case state::idle:
        if (start_requested_) start_program(process, now);
        break;
    case state::pausing:
        if (is_stopped_)
            state_ = state::idle;
        else if (start_requested_ || now >= deadline_)
            start_program(process, now);
        break;
    case state::running:
        if ((start_requested_ && !waits_for_end_) || is_stopped_) request_end(process, now);
        break;
    case state::lingering:
        if (is_gone(process, now))
            group_ended(process, now);
        else if (start_requested_ || is_stopped_ || has_finished_ ||
                 options_.on_exit == after_exit::restart)
            request_end(process, now);
        break;
    case state::yielding:
        if (is_gone(process, now))
            group_ended(process, now);
        else if (now >= deadline_)
            send_signal(process, now);
        break;
    case state::stopping:
        if (is_gone(process, now))
            group_ended(process, now);
        else if (now >= deadline_)
            kill(process, now);
        break;
    case state::killing:
        if (is_gone(process, now))
            group_ended(process, now);
        else if (now >= deadline_)
            report_stuck(process);
        break;
    }
    return state_ != before ||
           (start_requested_ && state_ == state::idle); // the latter for a rollback
}

bool supervisor::is_gone(child& process, time_point now) {
    if (!leader_ended_ || now < next_check_) return false;
    if (process.is_gone()) return true;
    next_check_ = now + check_pause_;
    check_pause_ = std::min(check_pause_ * 2, longest_check_pause);
    if (state_ == state::lingering) next_check_ = now + lingering_check_pause;
    return false;
}

void supervisor::start_program(child& process, time_point now) {
    auto const outcome = process.start({generation_ + 1, reason_, changes_, source_});
    last_error_ = outcome.error;
    if (outcome.error) {
        start_failed(process, outcome, now);
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
    in_last_run_ = is_last_start();
    start_requested_ = false;
    waits_for_end_ = false;
    changes_ = {};
    start_pause_ = {};
    reported_error_.clear();
    path_ = outcome.path;
    on_trial_ = is_start_on_trial();
    trial_ends_ = now + options_.ready_limit;
    notify({.kind = process_event_kind::started,
            .pid = pid_,
            .error = outcome.copy_error,
            .path = path_});
    if (reason_ != start_reason::rollback) return;
    notify({.kind = process_event_kind::rolled_back,
            .pid = pid_,
            .status = trial_failure_.status,
            .error = trial_failure_.error,
            .path = path_});
}

bool supervisor::is_last_start() const noexcept {
    return options_.on_change == after_change::once && reason_ == start_reason::change;
}

void supervisor::start_failed(child& process, start_outcome const& outcome, time_point now) {
    bool const is_last = options_.on_exit == after_exit::quit || is_last_start();
    bool const is_retried = outcome.is_temporary || is_temporary(outcome.error) ||
                            (may_appear(outcome.error) && !is_last);
    start_pause_ = is_retried ? longer(start_pause_) : 0ns;
    deadline_ = now + start_pause_;
    state_ = is_retried ? state::pausing : state::idle;
    done_ = !is_retried && is_last;
    start_requested_ = false;
    if (outcome.error != std::exchange(reported_error_, outcome.error)) {
        notify({.kind = process_event_kind::start_failed,
                .error = outcome.error,
                .path = outcome.path,
                .pause = start_pause_});
    }
    if (is_retried || !is_start_on_trial() || is_stopped_ || !process.can_roll_back()) return;
    done_ = false;
    roll_back({.error = outcome.error});
}

void supervisor::request_end(child& process, time_point now) {
    next_check_ = now;
    check_pause_ = shortest_check_pause;
    requested_end_at_ = now;
    on_trial_ = false;
    if (!is_stopped_ || !process.was_interrupted()) return send_signal(process, now);
    state_ = state::yielding;
    step_ = stop_step::key;
    deadline_ = now + std::min(options_.grace / 2, longest_yield);
}

void supervisor::send_signal(child& process, time_point now) {
    process.signal(options_.signal);
    state_ = state::stopping;
    step_ = stop_step::signal;
    deadline_ = requested_end_at_ + options_.grace;
    next_check_ = now;
    check_pause_ = shortest_check_pause;
    notify({.kind = process_event_kind::signalled, .pid = pid_});
}

void supervisor::kill(child& process, time_point now) {
    auto members = process.members();
    process.signal(kill_signal);
    state_ = state::killing;
    step_ = stop_step::kill;
    deadline_ = now + child_kill_limit;
    next_check_ = now;
    check_pause_ = shortest_check_pause;
    reported_stuck_ = false;
    notify({.kind = process_event_kind::killed, .pid = pid_, .members = std::move(members)});
}

// Reports a group surviving KILL. No program can start beside the group, but a final stop may
// abandon the group.
void supervisor::report_stuck(child& process) {
    if (!std::exchange(reported_stuck_, true)) {
        notify({.kind = process_event_kind::stuck,
                .pid = pid_,
                .error = std::make_error_code(std::errc::timed_out),
                .members = process.members()});
    }
    if (is_stopped_ || has_finished_) {
        state_ = state::idle;
        done_ = has_finished_;
    }
}

// Decides about the next state after the end of the group.
void supervisor::group_ended(child& process, time_point now) {
    process.reap();
    if (options_.ends_strays) guard_.ended(now);
    notify({.kind = process_event_kind::gone, .pid = std::exchange(pid_, 0), .step = step_});
    state_ = state::idle;
    done_ = std::exchange(has_finished_, false);
    if (done_ || start_requested_ || is_stopped_ || options_.on_exit != after_exit::restart)
        return;
    reason_ = start_reason::exit;
    exit_pause_ = longer(exit_pause_);
    deadline_ = now + exit_pause_;
    state_ = state::pausing;
    notify({.kind = process_event_kind::pausing, .pause = exit_pause_});
}

bool supervisor::is_last_run() const noexcept {
    return in_last_run_ || options_.on_exit == after_exit::quit;
}

time_point supervisor::run_end_time() const noexcept {
    bool const is_limited = options_.run_limit < time_point::max() - started_at_;
    return is_limited ? started_at_ + options_.run_limit : time_point::max();
}

time_point supervisor::next(child const& process, time_point now) const noexcept {
    auto const group_check = leader_ended_ ? next_check_ : time_point::max();
    time_point next = time_point::max();
    switch (state_) {
    case state::idle: break;
    case state::running: next = std::min(trial_end_time(now), run_end_time()); break;
    case state::lingering: next = group_check; break;
    case state::yielding:
    case state::stopping: next = std::min(deadline_, group_check); break;
    case state::killing:
        next = reported_stuck_ ? group_check : std::min(deadline_, group_check);
        break;
    case state::pausing: next = deadline_; break;
    }
    if (has_leader() && process.descriptor() < 0) next = std::min(next, now + blind_check_pause);
    if (has_leader() && process.is_at_terminal())
        next = std::min(next, now + terminal_check_pause);
    return next;
}

void supervisor::rethrow() {
    if (listener_exception_) std::rethrow_exception(std::exchange(listener_exception_, nullptr));
}

// Catches an exception of the listener, so the step is completed.
void supervisor::notify(process_event what) {
    if (!listener_) return;
    bool const is_next =
        what.kind == process_event_kind::start_failed || what.kind == process_event_kind::pausing;
    what.generation = generation_ + (is_next ? 1 : 0);
    auto thrown = caught([&] { listener_(what); });
    if (thrown && !listener_exception_) listener_exception_ = std::move(thrown);
}

} // namespace restat::detail
