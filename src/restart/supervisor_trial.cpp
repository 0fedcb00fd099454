#include "restart/supervisor.hpp"

#include <utility>

// The trial of a program with a `readiness` requirement:
//
//     started ---> on trial ---ready, or survived the limit---> the rollback target
//                     |
//                     +---ended, or not ready in time---> rolled back, if a good program is kept
namespace restat::detail {

void supervisor::check_ready(child& process) {
    if (options_.ready != readiness::notified || !has_leader()) return;
    bool const is_ready = process.has_reported_ready();
    if (is_ready && on_trial_) trial_passed(process);
}

// Runs last, so the supervisor already knows any report before the end, and an end at the limit.
void supervisor::check_limit(child& process, time_point now) {
    if (!on_trial_) return;
    if (!trial_ends_) trial_ends_ = now + options_.ready_limit;
    if (now < *trial_ends_) return;
    if (options_.ready == readiness::survived) return trial_passed(process);
    trial_failed(process, {.error = std::make_error_code(std::errc::timed_out)});
}

void supervisor::trial_passed(child& process) {
    on_trial_ = false;
    process.approve();
    notify({.kind = process_event_kind::ready, .pid = pid_, .path = path_});
}

void supervisor::trial_failed(child& process, trial_end why) {
    on_trial_ = false;
    notify({.kind = process_event_kind::not_ready,
            .pid = pid_,
            .status = why.status,
            .error = why.error,
            .path = path_});
    if (!start_requested_ && !is_stopped_ && process.can_roll_back()) roll_back(why);
}

void supervisor::roll_back(trial_end why) {
    trial_failure_ = why;
    source_ = start_source::copy;
    waits_for_end_ = false;
    reason_ = start_reason::rollback;
    start_requested_ = true;
}

// A last run must end; its readiness is irrelevant.
bool supervisor::is_start_on_trial() const noexcept {
    return options_.ready != readiness::started && source_ == start_source::file &&
           !is_last_start();
}

time_point supervisor::trial_end_time(time_point now) const noexcept {
    return on_trial_ ? trial_ends_.value_or(now) : time_point::max();
}

} // namespace restat::detail
