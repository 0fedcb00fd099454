// The phases of a poll. A slice continues in the phase in which the last slice ended.
//
//                  collecting        the paths to recheck, once all changes are quiet
//                     ^  |
//                     |  v
//     answered --->  waiting ---------> scanning -----------+
//        ^            |  ^  ^             |                 |
//        |            |  |  +--- merging <+ with the        v  without a baseline
//        |            |  |               latest snapshot  drafting
//        |            |  |                                  |
//        |            |  +----------------------------------+
//        |            v
//     delivering <-- preparing       a delivery, once the changes are ready
//
// A poll scans at most once. It ends in `waiting` or `delivering`, or once its budget is over. A
// whole poll begins with a scan and has no budget. An error leads from each phase to `waiting`.

#include "reloader_members.hpp"

#include <restat/detail/catch_bad_alloc.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace restat::detail {
namespace {

constexpr std::chrono::seconds baseline_limit{3};

// glibc merges small free blocks only when a program allocates a large block. After a delivery of
// 100,000 changes the merge takes 20 ms, so each slice merges the blocks that the last slice freed.
void merge_free_blocks() noexcept {
    constexpr std::size_t large = 4096;
    ::operator delete(::operator new(large, std::nothrow));
}

} // namespace

void reloader_state::begin_poll(time_point now, poll_kind kind) {
    auto const last = std::exchange(m_->done, members::progress::begun);
    m_->kind = kind;
    m_->poll_began = now;
    if (!m_->drafts()) m_->baseline_tried_since.reset(); // gives up a second baseline
    if (!m_->in_slices()) {
        m_->unreported.reset();
        m_->done = members::progress::freed;
        return give_up();
    }
    merge_free_blocks();
    // If priority files took the whole slice before, this slice skips them. The conclusion of a
    // scan checks no other entry, and takes a step in each slice.
    bool const was_starved = m_->entries_checked == 0 && last == members::progress::scanned &&
                             !m_->update.delta().is_concluding();
    using given_files = slicing::given_files;
    auto const gives = m_->kind == poll_kind::hints ? given_files::checks : given_files::all;
    bool const skips = m_->update.is_paused() && was_starved;
    m_->slices.slice_began(now, skips ? given_files::none : gives);
    m_->entries_checked = 0;
}

// Each case does the work that may fail before it changes the phase.
task reloader_state::step(birth_ref births) {
    using enum members::phase;
    if (m_->done == members::progress::begun) {
        if (free_some()) return task::step;
        m_->done = members::progress::freed;
        // A scan may use each slice whole, so a content is read before every second slice.
        m_->has_learned = !m_->has_learned && m_->changes.learn_step();
        if (m_->has_learned) return task::read;
    }
    switch (m_->now) {
    case waiting: return next_task();
    case scanning: return task::scan;
    case collecting:
        if (!m_->changes.collect(m_->to_check)) end_collecting();
        break;
    case drafting:
        if (!m_->drafted->step()) end_draft();
        break;
    case merging:
        if (!m_->changes.step()) end_merge();
        break;
    case preparing:
        if (!m_->changes.step_offer(births)) end_preparing();
        if (m_->changes.compares_contents()) return task::read;
        break;
    case delivering: return task::deliver;
    }
    return task::step;
}

// Prefers a delivery, then a recheck, then a scan.
task reloader_state::next_task() {
    bool const may_scan = m_->done == members::progress::freed;
    // A burst of hints is scanned before its first changes are delivered.
    bool const has_hints = m_->kind == poll_kind::hints && m_->hints.next() <= m_->poll_began;
    bool const may_deliver = !m_->drafts() && ((m_->in_slices() && !has_hints) || !may_scan);
    if (may_deliver && !m_->is_renaming() && m_->changes.is_ready(m_->ended, m_->all_since)) {
        m_->changes.begin_offer(m_->ended, m_->all_since);
        m_->now = members::phase::preparing;
        return task::step;
    }
    if (!may_scan) return m_->changes.learn_step() ? task::read : task::none;
    if (m_->needs_check()) {
        m_->begin_check();
        return task::step;
    }
    m_->now = members::phase::scanning;
    return task::scan;
}

// A pending name is rechecked after the scan that is under way.
bool reloader_state::members::needs_check() const noexcept {
    bool const is_idle = check.now() == recheck::state::idle;
    bool const must_wait = update.is_paused() && changes.awaits_names(poll_began);
    return in_slices() && is_idle && !must_wait && changes.awaits_recheck(poll_began, all_since);
}

void reloader_state::members::begin_check() {
    to_check = {};
    check.begin(poll_began, changes.awaits_names(poll_began));
    now = phase::collecting;
}

void reloader_state::end_collecting() noexcept {
    m_->slices.check(std::exchange(m_->to_check.files, {}));
    m_->now = members::phase::waiting;
}

void reloader_state::begin_scan() {
    m_->done = members::progress::scanned;
    m_->whole_scan.reset();
    m_->faults.clear();
    if (m_->update.is_paused()) return;
    m_->counted = 0;
    if (!has_baseline()) m_->exclusions.clear();
    if (m_->drafts()) m_->update.list_all(); // the exclusions are those of this scan alone
    if (has_baseline()) m_->draft = {};      // the enumerator knows the roots of `latest` alone
    m_->update.begin(m_->drafts() ? m_->draft : latest(), m_->token);
    m_->update.set_baseline(m_->drafts());
    auto const now = m_->poll_began;
    bool const may_be_limited = m_->in_slices() && !m_->drafts() && !m_->update.lists_all();
    // Added and removed names are rechecked after their quiet period, before a pass over the tree.
    bool const is_early = now < next_pass() || m_->changes.awaits_names(now);
    auto const check = m_->check.now();
    bool const may_stay = may_be_limited && check != recheck::state::everything;
    bool const is_lost = m_->hints.is_lost() && now >= m_->losses_paced;
    if (may_be_limited && check == recheck::state::names) {
        m_->scans = members::scope::recheck;
    } else if (may_stay && !is_lost && scans_hints()) {
        m_->scans = members::scope::hinted;
    } else if (may_stay && !is_lost && is_early) {
        m_->scans = members::scope::priority;
    } else {
        if (!m_->drafts()) m_->hints.pass_began(m_->in_slices(), m_->scans_by);
        return begin_pass();
    }
    auto const scope = m_->limited_scope();
    m_->update.limit_to({scope.begin(), scope.end()});
}

void reloader_state::begin_pass() {
    m_->scans = members::scope::all;
    m_->began = m_->poll_began;
    m_->rest = {};
    m_->slices.pass_began(m_->began);
    m_->own.pass_began();
}

void reloader_state::end_scan(time_point now) {
    m_->ended = now;
    if (m_->kind != poll_kind::hints) m_->priority_checked = now;
    auto& found = m_->update;
    if (m_->scans != members::scope::all && !found.is_limited()) begin_pass(); // other roots
    m_->entries_checked = found.entries_checked() - m_->counted;
    m_->counted = found.entries_checked();
    if (m_->in_slices()) m_->slices.note_checked(m_->counted);
    if (m_->drafts()) return begin_draft();
    if (m_->in_slices() && m_->slices.was_not_asked()) m_->hints.list_files(m_->poll_began);
    using enum members::part;
    bool const is_whole = m_->scans == members::scope::all;
    bool const is_part = found.is_paused() || m_->scans == members::scope::priority;
    m_->merged = is_part ? edits : is_whole ? pass : directories;
    m_->merge_began = m_->poll_began;
    m_->was_pending = m_->changes.has_pending();
    if (m_->scans == members::scope::hinted) {
        if (found.delta().led_out) m_->hints.lose();
    } else if (!is_part) {
        m_->check.scanned(is_whole ? recheck::scan::pass : recheck::scan::limited, m_->began,
                          found.delta().led_out);
    }
    m_->is_renamed = found.delta().has_new_names();
    bool const has_checked = m_->slices.has_checked() || m_->slices.was_not_asked();
    if (has_checked && !m_->is_renaming()) m_->check.files_checked();
    if (m_->whole_scan) {
        m_->changes.begin_merge(*std::exchange(m_->whole_scan, {}), now);
    } else {
        m_->changes.begin_merge(found, now,
                                is_part ? settling::extent::edits : settling::extent::all);
    }
    m_->now = members::phase::merging;
}

void reloader_state::begin_draft() {
    m_->now = members::phase::waiting;
    if (m_->whole_scan) {
        m_->draft = *std::exchange(m_->whole_scan, {});
        end_pass();
    } else if (!m_->update.is_paused()) {
        auto& found = m_->update.delta();
        m_->drafted =
            std::make_unique<snapshot_renewal>(found, m_->draft, snapshot_renewal::range::all);
        found.list_all = false;
        m_->now = members::phase::drafting;
    }
}

void reloader_state::end_draft() {
    m_->drafted->commit();
    m_->drafted.reset();
    if (has_baseline()) { // the draft is used once it becomes the baseline
        m_->update.delta().pending = true;
        m_->update.list_all();
    }
    end_pass();
}

void reloader_state::end_merge() {
    m_->now = members::phase::waiting;
    bool const mattered = note_merged();
    end_recheck();
    if (m_->merged == members::part::pass) return end_pass();
    m_->end_hints();
    if (m_->is_renaming()) return; // nothing is delivered under former names; the end reports
    if (mattered) report_scan({m_->merge_began, m_->ended, m_->all_since});
}

// Reports a scan that makes changes ready together with their delivery. If the budget is over, and
// a whole poll scans before that delivery, then its scan is the one behind the delivery.
void reloader_state::report_scan(scan_span when) {
    bool const delivers = m_->in_slices() && m_->changes.is_ready(m_->ended, m_->all_since);
    if (delivers) {
        m_->unreported = when;
    } else {
        current_observer().on_scan(latest(), when);
    }
}

bool reloader_state::note_merged() {
    if (m_->merged != members::part::edits || m_->is_renamed) m_->slices.restructured(latest());
    change_set const changed = m_->changes.take_changed();
    judge_events(changed);
    m_->hints.differ(changed);
    m_->slices.edited(changed, m_->ended); // may lack memory
    return m_->was_pending || m_->is_renamed || !changed.empty() || m_->changes.has_pending();
}

// Leaves files that could not be checked by their own paths to a scan of their directories.
void reloader_state::end_recheck() {
    if (m_->check.now() != recheck::state::merging) return;
    auto const unseen = m_->slices.take_unchecked();
    for (std::string const& path : unseen) m_->changes.add_places(m_->to_check.places, path);
    if (!m_->check.merged(!unseen.empty())) return;
    m_->all_since = std::max(m_->all_since, m_->check.began());
    m_->end_check();
}

void reloader_state::end_pass() {
    m_->now = members::phase::waiting;
    m_->done = members::progress::passed;
    m_->all_since = std::max(m_->all_since, m_->began);
    m_->own.pass_ended(latest());
    if (m_->in_slices()) {
        m_->slices.pass_ended();
    } else {
        m_->slices.scanned_at_once(m_->began);
        m_->changes.free_all();
        m_->update.delta().free_all();
    }
    report({});
    m_->end_hints();
}

change_set reloader_state::take_offer() {
    if (auto const when = std::exchange(m_->unreported, {}))
        current_observer().on_scan(latest(), *when);
    return m_->changes.take_offer();
}

void reloader_state::answered(restart_result with, std::error_code reason, time_point now,
                              time_point until) noexcept {
    m_->now = members::phase::waiting;
    m_->refusal = reason;
    bool const has_moment = until > now && until != time_point::max();
    if (with == restart_result::suspended && has_moment) {
        m_->changes.suspended(until);
    } else if (with == restart_result::refused || with == restart_result::suspended) {
        m_->changes.refused(now);
    } else {
        m_->changes.settled();
        m_->end_check();
    }
}

void reloader_state::members::end_check() noexcept {
    check.end();
    to_check = {};
    slices.check({});
    if (now == phase::collecting) now = phase::waiting;
}

// Leads from any phase to `waiting`. The part of a scan that was merged stays.
void reloader_state::give_up() noexcept {
    bool const was_merging = m_->now == members::phase::merging;
    m_->now = members::phase::waiting;
    if (m_->changes.drop_merge() && was_merging)
        without_exceptions([&] {
            if (note_merged())
                current_observer().on_scan(latest(), {m_->merge_began, m_->ended, m_->all_since});
        });
    if (m_->drafted) m_->update.list_all(); // the scan may be the first with new rules or roots
    m_->drafted.reset();
    m_->update.pause(false);
    m_->hints.give_up();
    m_->slices.pass_given_up();
    m_->end_check();
}

bool reloader_state::end_poll(time_point now, matcher_ref rules, std::error_code error) {
    if (m_->in_slices()) {
        m_->slice_ended = now;
        bool const is_pass = m_->scans == members::scope::all;
        if (is_pass) m_->rest += now - m_->poll_began; // the pause is as long
    }
    m_->pace_hints(now, static_cast<bool>(error));
    if (error) {
        m_->ended = m_->priority_checked = now;
        m_->baseline_tried_since.reset();
        give_up();
        report(error);
        return false;
    }
    report_coverage();
    if (m_->now == members::phase::waiting && !m_->is_renaming()) report_overdue();
    bool const has_passed = m_->done == members::progress::passed;
    return has_passed && m_->drafts() && offer_baseline(rules);
}

// Reports a pass over the tree, or its failure.
void reloader_state::report(std::error_code error) {
    m_->scanned = m_->ended;
    if (!m_->in_slices()) {
        m_->began = m_->poll_began; // also of a poll that failed before its scan
        rest();
    }
    if (error == std::errc::operation_canceled) return;
    m_->failure = error;
    auto& faults = m_->faults;
    if (error) {
        faults.push_back({{}, error, "scan", std::exchange(m_->failure_text, {})});
    } else {
        auto const& scanned = m_->drafts() ? m_->draft : latest();
        scan_span const when{m_->began, m_->ended, m_->all_since};
        m_->drafts() ? current_observer().on_scan(scanned, when) : report_scan(when);
        current_observer().on_latency(m_->in_slices() ? latency_of_slices() : latency_of_scans());
        faults.insert(faults.end(), scanned.findings().begin(), scanned.findings().end());
    }
    m_->findings.report(std::exchange(faults, {}), current_observer());
}

void reloader_state::report_overdue() {
    auto path = m_->changes.take_overdue(m_->ended);
    if (!path.empty())
        current_observer().on_finding({std::move(path), errc::keeps_changing, "deliver", {}});
}

bool reloader_state::offer_baseline(matcher_ref rules) {
    auto const now = m_->ended;
    if (!m_->baseline_tried_since) m_->baseline_tried_since = now;
    if (!m_->draft.is_final()) {
        if (now - *m_->baseline_tried_since < baseline_limit) return false;
        current_observer().on_finding({{},
                                       std::make_error_code(std::errc::timed_out),
                                       "wait for a moment without writes to take the baseline"});
    }
    without_exceptions([&] {
        for (auto const& one : m_->exclusions.report(m_->draft, rules))
            current_observer().on_finding(one);
    });
    m_->exclusions.clear();
    m_->changes.begin(std::exchange(m_->draft, {}), now);
    m_->update.delta().pending = false;
    began();
    return true;
}

} // namespace restat::detail
