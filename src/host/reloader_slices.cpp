#include "reloader_members.hpp"

#include "pacing.hpp"

#include <restat/detail/catch_bad_alloc.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

// The slices of a scan: their steps, and the time of the next slice.
namespace restat::detail {
namespace {

// glibc merges small free blocks only when a program allocates a large block. After a delivery of
// 100,000 changes the merge takes 20 ms, so each slice merges the blocks that the last slice freed.
void merge_free_blocks() noexcept {
    constexpr std::size_t large = 4096;
    ::operator delete(::operator new(large, std::nothrow));
}

} // namespace

void reloader_state::members::begin_check(time_point now) {
    to_check = {};
    at = phase::collecting;
    check.begin(now, changes.awaits_names(now));
}

void reloader_state::members::end_check() noexcept {
    check.end();
    to_check = {};
    slices.check({});
    if (at == phase::collecting) at = phase::scanning;
}

// Drops the work on the result of a scan. The part that was merged stays.
void reloader_state::members::drop_work() noexcept {
    bool const was_merging = at == phase::merging;
    if (changes.drop_look() && was_merging)
        without_exceptions([&] {
            if (note_merged())
                audience->on_scan(changes.latest(), {look_began, ended, all_since});
        });
    if (drafted) found.list_all(); // the scan may be the first with new rules or roots
    drafted.reset();
    at = phase::scanning;
}

bool reloader_state::members::note_merged() {
    change_set const moved = changes.take_moved();
    slices.edited(moved, ended);
    if (restructured) slices.restructured(changes.latest());
    return was_due || !moved.empty() || changes.is_due();
}

void reloader_state::pin(std::string_view path) {
    m_->slices.pin(path);
    m_->slices.restructured(latest());
}

void reloader_state::unpin(std::string_view path) { m_->slices.unpin(path); }

void reloader_state::begin_slice(time_point now) {
    merge_free_blocks();
    m_->slice_began = now;
    // If priority files took the whole slice before, this slice skips them.
    bool const has_scanned = m_->done == members::progress::scanned;
    bool const is_starved = m_->found.is_paused() && m_->entries_checked == 0 && has_scanned;
    m_->slices.slice_began(now, is_starved);
    m_->sliced = true;
    m_->done = members::progress::none;
    m_->entries_checked = 0;
    bool const must_wait = m_->found.is_paused() && m_->changes.awaits_names(now);
    bool const is_idle = m_->check.now() == recheck::state::idle;
    bool const may_check = m_->at == members::phase::scanning && is_idle && !must_wait;
    if (may_check && m_->changes.awaits_look(now, m_->all_since)) m_->begin_check(now);
}

bool reloader_state::begin_scan() {
    bool const is_next =
        m_->at == members::phase::scanning && m_->done == members::progress::none;
    bool const may_deliver = !m_->is_renaming() && m_->changes.is_ready(m_->ended, m_->all_since);
    if (!is_next || may_deliver) return false;
    auto const now = m_->slice_began;
    m_->done = members::progress::scanned;
    if (m_->found.is_paused()) return true;
    m_->counted = 0;
    if (!has_baseline()) m_->exclusions.clear();
    m_->found.begin(has_baseline() ? latest() : m_->draft, m_->token);
    bool const may_be_limited = has_baseline() && !m_->found.lists_all();
    // Added and removed names are rechecked after their quiet period, before a pass over the tree.
    bool const is_early = now < next_round() || m_->changes.awaits_names(now);
    auto const check = m_->check.now();
    bool const checks_all = check == recheck::state::everything;
    if (may_be_limited && check == recheck::state::names) {
        m_->scans = members::scope::recheck;
        m_->found.limit_to({m_->to_check.places.begin(), m_->to_check.places.end()});
    } else if (may_be_limited && is_early && !checks_all) {
        m_->scans = members::scope::priority;
        m_->found.limit_to({});
    } else {
        begin_round();
    }
    return true;
}

void reloader_state::begin_round() {
    m_->scans = members::scope::all;
    m_->began = m_->slice_began;
    m_->rest = {};
    m_->slices.round_began(m_->began);
}

std::string const* reloader_state::next_first() { return m_->slices.next_first(); }
void reloader_state::missed_first() { m_->slices.missed_first(); }

void reloader_state::use_scan(time_point ended) {
    m_->ended = ended;
    bool const is_limited = m_->scans != members::scope::all;
    if (is_limited && !m_->found.is_limited()) begin_round(); // as the roots are others
    m_->entries_checked = m_->found.entries_checked() - m_->counted;
    m_->counted = m_->found.entries_checked();
    m_->slices.seen(m_->counted);
    m_->goes_on = m_->found.is_paused();
    m_->look_began = m_->slice_began;
    if (!has_baseline()) {
        if (m_->goes_on) return;
        m_->drafted = std::make_unique<snapshot_renewal>(m_->found.delta(), m_->draft,
                                                         snapshot_renewal::range::all);
        m_->found.delta().list_all = false;
        m_->at = members::phase::drafting;
        return;
    }
    m_->was_due = is_due();
    m_->is_checked =
        !m_->is_renaming() && (m_->slices.has_checked() || m_->slices.was_not_asked());
    m_->takes_all = !m_->goes_on && m_->scans != members::scope::priority;
    m_->restructured =
        (m_->takes_all && m_->found.delta().restructured) || m_->found.delta().has_new_names();
    m_->led_out = m_->found.delta().led_out;
    m_->changes.begin_look(m_->found, ended,
                           m_->takes_all ? settling::extent::all : settling::extent::edits);
    m_->at = members::phase::merging;
}

// Each case does the work that may fail before it changes the phase.
bool reloader_state::step() {
    using enum members::phase;
    switch (m_->at) {
    case drafting:
        if (!m_->drafted->step()) end_draft();
        return true;
    case merging:
        if (!m_->changes.step()) end_look();
        return true;
    case collecting:
        if (!m_->changes.collect(m_->to_check)) end_collecting();
        return true;
    case scanning:
    case offering: break;
    }
    return false;
}

void reloader_state::end_draft() noexcept {
    m_->drafted->commit();
    m_->drafted.reset();
    end_round();
}

void reloader_state::end_round() noexcept {
    m_->at = members::phase::scanning;
    m_->slices.round_ended();
    m_->done = members::progress::ended;
}

void reloader_state::end_collecting() noexcept {
    m_->slices.check(std::exchange(m_->to_check.files, {}));
    m_->at = members::phase::scanning;
}

void reloader_state::end_look() {
    m_->at = members::phase::scanning;
    bool const mattered = m_->note_merged();
    bool const in_round = m_->scans == members::scope::all;
    if (m_->takes_all) {
        auto const of = in_round ? recheck::scan::pass : recheck::scan::limited;
        m_->check.scanned(of, m_->began, m_->led_out);
    }
    use_check();
    if (!m_->goes_on && in_round) return end_round();
    if (mattered || is_due())
        audience().on_scan(latest(), {m_->look_began, m_->ended, m_->all_since});
}

bool reloader_state::round_ended() const noexcept { return m_->done == members::progress::ended; }
time_point reloader_state::look_ended() const noexcept { return m_->ended; }

// Files that could not be checked by their own paths are left to a scan of their directories.
void reloader_state::use_check() {
    if (m_->check.now() != recheck::state::files || !m_->is_checked) return;
    auto const unseen = m_->slices.take_unseen();
    for (std::string const& path : unseen) m_->changes.add_places(m_->to_check.places, path);
    if (!m_->check.checked(!unseen.empty())) return;
    m_->all_since = std::max(m_->all_since, m_->check.began());
    m_->end_check();
}

snapshot& reloader_state::draft() noexcept { return m_->draft; }

void reloader_state::slice_ended(time_point at, bool gave_up) noexcept {
    m_->slice_ended = at;
    if (m_->scans == members::scope::all)
        m_->rest += at - m_->slice_began; // the pause is as long
    if (gave_up) {
        m_->drop_work();
        m_->found.pause(false);
        m_->slices.round_given_up();
        m_->end_check();
    }
    if (round_ended())
        audience().on_latency(
            {m_->slices.longest_gap(), std::max(m_->ended - m_->began, m_->when.interval)});
}

slice_result reloader_state::result(poll_result of) const noexcept {
    auto const since = m_->slices.oldest();
    slice_result made{of};
    made.entries_checked = m_->entries_checked + m_->slices.given();
    if (has_baseline() && since != time_point{}) made.staleness = m_->slice_ended - since;
    made.round_ended = round_ended();
    made.next = next_slice();
    return made;
}

slice_result reloader_state::result_of_scan(poll_result of) noexcept {
    if (of.state == poll_state::busy) return {of};
    m_->slice_began = m_->began;
    m_->slice_ended = m_->scanned;
    m_->entries_checked = latest().size();
    bool const has_failed = of.state == poll_state::failed;
    m_->done = has_failed ? members::progress::none : members::progress::ended;
    return result(of);
}

time_point reloader_state::next_slice() const noexcept {
    time_point next = m_->slice_ended;
    bool const goes_on = m_->found.is_paused() || m_->check.awaits_scan() || is_at_work();
    if (!goes_on && m_->slices.has_checked()) {
        next = m_->changes.awaits_names(next) ? next_for_changes() : next_scan();
        if (m_->slices.has_first()) next = std::min(next, m_->slice_ended + hot_interval);
    }
    // The pause delays no pending change.
    return std::max(next, std::min(m_->slice_ended + pause_after_slice(), next_for_changes()));
}

std::chrono::nanoseconds reloader_state::pause_after_slice() const noexcept {
    return rest_after(m_->slice_ended - m_->slice_began, m_->when.cpu_share);
}

std::chrono::nanoseconds reloader_state::slice_at(time_point now, wake why) const noexcept {
    if (m_->when.slice.count() > 0) return m_->when.slice;
    bool const is_due = why == wake::hint || now >= next_scan();
    bool const is_owed =
        m_->found.lists_all() || (m_->found.is_paused() && !m_->found.is_limited());
    if (is_due || is_owed) return {};
    return budget_in(hot_pause(), m_->when.cpu_share);
}

bool reloader_state::is_at_work() const noexcept { return m_->at != members::phase::scanning; }

time_point reloader_state::next_look() const noexcept {
    if (m_->when.slice.count() > 0) return next_slice();
    if (is_at_work()) return m_->slice_ended + pause_after_slice();
    auto const next = next_scan();
    if (m_->looks == looking::at_all || !m_->slices.has_first()) return next;
    auto const pause = m_->sliced ? std::max(hot_pause(), pause_after_slice()) : hot_pause();
    return std::min(next, m_->ended + pause);
}

} // namespace restat::detail
