#include "pacing.hpp"
#include "reloader_members.hpp"

#include <algorithm>

// The times of the next scan, slice and poll, and the results of a poll:
//
//     next_poll          for run(): next_slice, or next_scan and next_hinted without slices
//     next_slice         after the pause of a slice; at once while work is left
//     next_scan          the earlier one of the next two
//     next_pass          by the interval, and by the share of the processor
//     next_for_changes   by the pending changes: settling::next
//     next_hinted        by the hints: reloader_hints.cpp
namespace restat::detail {
namespace {

constexpr std::chrono::milliseconds baseline_pause{5};
// The pause between two checks of recently edited and pinned files, while no scan is due.
constexpr std::chrono::milliseconds priority_interval{50};

// Returns the longest pause between two passes for the trust in events: 10 s, and 5 minutes for
// a million files.
std::chrono::nanoseconds longest_audit(std::size_t files) noexcept {
    constexpr std::chrono::nanoseconds each = std::chrono::microseconds{300};
    constexpr std::chrono::nanoseconds least = std::chrono::seconds{10};
    constexpr std::chrono::nanoseconds most = std::chrono::minutes{5};
    auto const count = static_cast<std::int64_t>(std::min(files, std::size_t{1'000'000}));
    return std::clamp(each * count, least, most);
}

} // namespace

poll_state reloader_state::outcome() const noexcept {
    if (!has_baseline()) return poll_state::starting;
    return m_->changes.has_pending() ? poll_state::settling : poll_state::unchanged;
}

// Sets the pause after a whole scan, to keep the CPU share.
void reloader_state::rest() noexcept {
    std::chrono::nanoseconds const took = m_->scanned - m_->began;
    auto const spent = m_->update.spent();
    auto const cost = spent.count() > 0 ? spent : took;
    m_->rest = std::max(took, rest_after(cost, m_->when.cpu_share));
    auto const longest = longest_audit(latest().size());
    auto const audit = rest_after(cost, m_->when.cpu_share / 10);
    m_->audit_rest = std::max(m_->rest, std::min(audit, longest));
}

// Where each change leads to an event, passes over the tree are rare.
std::chrono::nanoseconds reloader_state::rest_now() const noexcept {
    return trusts_events() ? m_->audit_rest : m_->rest;
}

detection_latency reloader_state::latency_of_scans() const noexcept {
    auto const took = m_->scanned - m_->began; // a whole scan delivers at its end
    auto const elsewhere = took + std::max(m_->when.interval, took + rest_now());
    bool const checks_priority = m_->scans_by == scan_ability::in_slices;
    auto const recent = took + priority_pause() + budget_in(priority_pause(), m_->when.cpu_share);
    return {checks_priority ? std::min(elsewhere, recent) : elsewhere, elsewhere};
}

detection_latency reloader_state::latency_of_slices() noexcept {
    return {m_->slices.longest_gap(), std::max(m_->ended - m_->began, m_->when.interval)};
}

// Returns the pause between two checks of priority files, between whole scans.
std::chrono::nanoseconds reloader_state::priority_pause() const noexcept {
    return std::max<std::chrono::nanoseconds>(m_->when.interval, priority_interval);
}

time_point reloader_state::next_pass() const noexcept {
    if (retries_baseline()) return m_->scanned + baseline_pause;
    return std::max(m_->began + m_->when.interval, m_->scanned + rest_now());
}

time_point reloader_state::next_scan() const noexcept {
    return std::min(next_pass(), next_for_changes());
}

time_point reloader_state::next_for_changes() const noexcept {
    return m_->changes.next(m_->all_since);
}

slice_result reloader_state::result(poll_result of) const noexcept {
    auto const since = m_->slices.oldest();
    slice_result made{of};
    made.entries_checked = m_->entries_checked + m_->slices.given();
    if (has_baseline() && since != time_point{}) made.staleness = m_->slice_ended - since;
    made.round_ended = m_->done == members::progress::passed;
    made.next = next_slice();
    return made;
}

slice_result reloader_state::result_of_scan(poll_result of) noexcept {
    if (of.state == poll_state::busy) return {of};
    m_->slice_ended = m_->scanned;
    m_->entries_checked = latest().size();
    if (of.state == poll_state::failed) m_->done = members::progress::scanned;
    return result(of);
}

time_point reloader_state::next_slice() const noexcept {
    time_point next = m_->slice_ended;
    bool const goes_on = m_->update.is_paused() || m_->check.awaits_scan() || is_at_work();
    if (!goes_on && m_->slices.has_checked()) {
        // A scan of a few directories rechecks pending names, before any pass.
        next = m_->changes.awaits_names(next) ? next_for_changes() : next_scan();
        next = std::min(next, next_hinted());
        if (m_->slices.has_priority()) next = std::min(next, m_->slice_ended + priority_interval);
    }
    // The pause delays no pending change.
    return std::max(next, std::min(m_->slice_ended + pause_after_slice(), next_for_changes()));
}

std::chrono::nanoseconds reloader_state::pause_after_slice() const noexcept {
    return rest_after(m_->slice_ended - m_->poll_began, m_->when.cpu_share);
}

std::chrono::nanoseconds reloader_state::slice_at(time_point now, wake why) const noexcept {
    if (m_->when.slice.count() > 0) return m_->when.slice;
    // Events show that nothing else differs: a check of the pending paths is enough.
    bool const is_quiet = trusts_events() && m_->scans_by == scan_ability::in_slices;
    auto const next = is_quiet ? next_pass() : next_scan();
    if (why == wake::hint || now >= next || now >= next_loss() || needs_whole_scan()) return {};
    return budget_in(priority_pause(), m_->when.cpu_share);
}

bool reloader_state::checks_hints(time_point now, wake why) const noexcept {
    bool const needs_whole = slice_at(now, why).count() == 0;
    return m_->when.slice.count() == 0 && !needs_whole &&
           (now >= next_hinted() || now >= next_for_changes());
}

bool reloader_state::needs_whole_scan() const noexcept {
    return m_->update.lists_all() || (m_->update.is_paused() && !m_->update.is_limited()) ||
           m_->check.now() == recheck::state::everything;
}

bool reloader_state::is_at_work() const noexcept { return m_->now != members::phase::waiting; }

time_point reloader_state::next_poll() const noexcept {
    if (m_->when.slice.count() > 0) return next_slice();
    if (is_at_work()) return m_->slice_ended + pause_after_slice();
    auto const next = std::min(next_scan(), next_hinted());
    if (m_->scans_by == scan_ability::whole_only || !m_->slices.has_priority()) return next;
    auto const pause =
        m_->in_slices() ? std::max(priority_pause(), pause_after_slice()) : priority_pause();
    return std::min(next, m_->priority_checked + pause);
}

} // namespace restat::detail
