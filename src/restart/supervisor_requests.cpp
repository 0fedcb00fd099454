#include "restart/supervisor.hpp"

#include "restart/ignore_rule.hpp"
#include "restart/merge_changes.hpp"

#include <restat/error.hpp>

#include <utility>

// The requests of the host: a restart for changes, unless the restart-loop guard decides
// otherwise, a start and a stop. `supervise` acts on them.
namespace restat::detail {

restart_result supervisor::restart(child& process, change_set const& changes,
                                   std::error_code& error, change_set const& earlier) {
    using verdict = restart_loop_guard::verdict;
    error.clear();
    if (in_last_run_ || has_finished_ || done_ || is_stopped_) return restart_result::declined;
    auto const reaction = reaction_to(changes);
    bool const stops_now = reaction == after_change::restart;
    if (stops_now && !can_start(process, error)) return restart_result::refused;
    if (start_requested_) guard_.included(changes);
    auto const decision = start_requested_ ? verdict::restart : ask_guard(process, changes);
    bool const starts_soon =
        state_ == state::pausing; // a change from outside the program is included now
    if (decision == verdict::settle) return restart_result::declined;
    if (decision == verdict::suspend && !starts_soon) {
        error = errc::restart_suspended;
        return restart_result::suspended;
    }
    if (reaction == after_change::signal) {
        signal_change(process);
        return restart_result::restarted;
    }
    changes_ = merge(merge(changes_, earlier), changes);
    if (decision == verdict::suspend) return restart_result::restarted;
    request_newest(reaction);
    exit_pause_ = {};
    start_pause_ = {};
    reported_error_.clear();
    return restart_result::restarted;
}

// A request without changes is explicit, so the program restarts now.
after_change supervisor::reaction_to(change_set const& changes) const noexcept {
    bool const may_stay =
        options_.on_change == after_change::wait || options_.on_change == after_change::signal;
    bool const is_asked = may_stay && state_ == state::running && !changes.empty();
    return is_asked ? options_.on_change : after_change::restart;
}

// For the restart-loop guard, a reload is a start.
void supervisor::signal_change(child& process) {
    process.signal_leader(options_.change_signal);
    guard_.started(now_);
}

// Checks only if a start would stop a running program.
bool supervisor::can_start(child& process, std::error_code& error) {
    if (state_ != state::running && state_ != state::lingering) return true;
    auto const check = process.check();
    if (!check.error) return true;
    error = check.error;
    if (error != std::exchange(reported_error_, error)) {
        notify({.kind = process_event_kind::start_failed, .error = error, .path = check.path});
    }
    return false;
}

restart_loop_guard::verdict supervisor::ask_guard(child& process, change_set const& changes) {
    if (options_.guard == loop_guard::off) return restart_loop_guard::verdict::restart;
    auto const ruling = guard_.judge(changes, now_, process.gather_evidence());
    report(ruling);
    return ruling.decision;
}

void supervisor::report(restart_loop_guard::ruling const& ruling) {
    if (!ruling.proven.empty()) {
        notify({.kind = process_event_kind::restart_loop,
                .pid = pid(),
                .path = ruling.proven.front(),
                .rule = ignore_rule_for(ruling.proven)});
    }
    if (ruling.suspended.empty() || ruling.decision != restart_loop_guard::verdict::suspend)
        return;
    notify({.kind = process_event_kind::restart_suspended,
            .pid = pid(),
            .path = ruling.suspended.front(),
            .pause = guard_.until() - now_,
            .rule = ignore_rule_for(ruling.suspended)});
}

void supervisor::request_newest(after_change reaction) noexcept {
    waits_for_end_ = reaction == after_change::wait && (waits_for_end_ || !start_requested_);
    reason_ = start_reason::change;
    source_ = start_source::file;
    start_requested_ = true;
}

void supervisor::start() {
    is_stopped_ = false;
    done_ = false;
    in_last_run_ = false;
    if (has_group() && state_ == state::idle) state_ = state::killing; // abandoned by `stop`
    if (!has_group()) source_ = start_source::file;
    if (has_group() || start_requested_ || options_.first == first_start::on_change) return;
    reason_ = start_reason::start;
    start_requested_ = true;
}

void supervisor::stop() noexcept {
    is_stopped_ = true;
    start_requested_ = false;
}

} // namespace restat::detail
