// The hints of the enumerator in a reloader: their scans, and the times of these scans.
//
//     hint_queue       from the arrival of a hint to the end of its scan
//     scans_hints      a scan limited to the hinted directories comes next
//     limited_scope    the directories of this scan
//     pace_hints       while hints keep coming, their scans stay within the share of the processor
//     hint_pause       and so do the waits for their descriptor

#include "pacing.hpp"
#include "reloader_members.hpp"

#include <restat/detail/catch_bad_alloc.hpp>

#include "platform/files/wait.hpp"
#include "values/snapshot_access.hpp"
#include "values/snapshot_contents.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace restat::detail {
namespace {

// The least time between two scans for hints, and between two wake-ups by events.
constexpr std::chrono::milliseconds least_hint_pause{10};
constexpr std::size_t most_empty_wakes = 1000;

std::size_t directories_of(snapshot const& known) noexcept {
    auto const* const all = snapshot_access::contents(known);
    return all ? all->directories.size() : 0;
}

} // namespace

hint_list* reloader_state::hints() noexcept { return has_baseline() ? &m_->arrived : nullptr; }

// Events may be lost during a failure.
void reloader_state::hints_taken(hint_source by, std::exception_ptr thrown) noexcept {
    bool const is_by_events = by == hint_source::events;
    bool& failed = is_by_events ? m_->events_failed : m_->unwatched_failed;
    char const* const call = is_by_events ? "take hints" : "check places without events";
    bool const has_failed = thrown != nullptr;
    bool const is_new = has_failed && !failed;
    if (has_failed != failed) m_->hints.lose();
    failed = has_failed;
    if (is_new) threw(std::move(thrown), {.path = {}, .error = {}, .operation = call});
    if (!m_->arrived.empty()) current_observer().on_hints(m_->arrived);
    m_->hints.waiting().add(m_->arrived);
    m_->arrived.clear();
    m_->hints.taken(directories_of(latest()));
}

int reloader_state::joined(int of_strategy, int of_hints) noexcept {
    int both = -1;
    without_exceptions([&] { both = m_->waited_for.of({of_strategy, of_hints}); });
    return both;
}

bool reloader_state::is_readable(int descriptor) noexcept {
    return wait_readable(descriptor, -1, time_point::min());
}

// A descriptor with no hint may stay readable, and must not keep `run` awake.
void reloader_state::woken_by_hints(int descriptor, time_point now) noexcept {
    bool const is_empty =
        m_->hints.next() > now && !m_->hints.is_lost() && is_readable(descriptor);
    m_->empty_wakes = is_empty ? m_->empty_wakes + 1 : 0;
    bool const is_broken = m_->events_failed || m_->empty_wakes >= most_empty_wakes;
    m_->events_paced = now + (is_broken ? priority_pause() : least_hint_pause);
    if (m_->empty_wakes != most_empty_wakes) return;
    without_exceptions([&] {
        current_observer().on_finding(
            {{}, std::make_error_code(std::errc::no_message), "take hints", {}});
    });
}

time_point reloader_state::hint_pause() const noexcept {
    bool const has_any = m_->hints.next() != time_point::max();
    return has_any ? std::max(m_->events_paced, m_->hints_paced) : m_->events_paced;
}

// An enumerator without incremental scans checks everything for each hint.
time_point reloader_state::next_loss() const noexcept {
    bool const is_narrow = m_->scans_by == scan_ability::in_slices;
    if (m_->hints.is_lost()) return m_->losses_paced;
    auto const next = is_narrow ? time_point::max() : m_->hints.next();
    return next == time_point::max() ? next : std::max(next, m_->losses_paced);
}

time_point reloader_state::next_hinted() const noexcept {
    auto const next = m_->hints.next();
    bool const has_any = next != time_point::max();
    if (!has_any || m_->scans_by == scan_ability::whole_only) return next_loss();
    return std::min(std::max(next, m_->hints_paced), next_loss());
}

std::optional<std::size_t> reloader_state::next_priority() {
    auto const* const hinted = m_->hints.next_file(m_->poll_began);
    m_->gave_hint = hinted != nullptr;
    if (!hinted) return m_->slices.next_priority();
    m_->slices.gave_other();
    return m_->slices.position_of(*hinted);
}

// The directory of a hinted file is scanned if the file cannot be checked by its path.
void reloader_state::missed_priority() {
    if (!m_->gave_hint) return m_->slices.missed_priority();
    m_->hints.waiting().list(hint_queue::directory_of(m_->hints.given()));
}

// A due pass over the tree comes after one scan for hints.
bool reloader_state::scans_hints() const noexcept {
    auto const now = m_->poll_began;
    bool const waits_for_pass = m_->scans == members::scope::hinted && now >= next_pass();
    return m_->hints.has_directories(now) && !waits_for_pass;
}

time_point reloader_state::next_unwatched() const noexcept {
    bool const has_any = expects_events() && m_->trust.coverage().checked > 0;
    return has_any ? m_->unwatched_due : time_point::max();
}

void reloader_state::checked_unwatched(time_point began, time_point ended) noexcept {
    auto const pause = rest_after(ended - began, m_->when.cpu_share);
    m_->unwatched_due = ended + std::max(priority_pause(), pause);
}

void reloader_state::cover(event_coverage const& by_enumerator) noexcept {
    m_->trust.cover(by_enumerator);
    report_coverage();
}

bool reloader_state::judges_events() const noexcept {
    return m_->kind == poll_kind::whole && m_->trust.is_judged() && !m_->events_failed;
}

// Of a burst, the last few hundred edits are judged.
void reloader_state::judge_events(change_set const& changed) noexcept {
    if (judges_events() && m_->merged == members::part::pass)
        m_->trust.judge(m_->hints.misses(changed));
}

void reloader_state::report_coverage() {
    if (has_baseline() && m_->trust.take_news())
        current_observer().on_coverage(m_->trust.coverage());
}

// Returns whether each change is expected to lead to a hint. Then a check of the pending paths
// proves the quiet of everything, and passes over the tree only judge the events.
bool reloader_state::trusts_events() const noexcept {
    return expects_events() && !m_->unwatched_failed;
}

bool reloader_state::expects_events() const noexcept {
    bool const is_well = !m_->events_failed && m_->empty_wakes < most_empty_wakes;
    return (m_->runs || m_->loop) && m_->when.slice.count() == 0 && is_well &&
           m_->trust.is_whole() && !m_->hints.is_lost();
}

// For a hinted directory without a known listing, the known directory above decides.
hint_list::paths reloader_state::members::limited_scope() {
    if (scans == scope::priority) return {};
    settling::path_set places;
    if (scans == scope::recheck) places = to_check.places;
    for (std::string const& path : hints.take_directories(poll_began)) {
        auto const inside = path == "." ? "" : path.ends_with('/') ? path : path + '/';
        changes.add_places(places, inside + "any");
    }
    return {places.begin(), places.end()};
}

void reloader_state::members::end_hints() noexcept {
    if (merged == part::edits) return hints.slice_ended(ended);
    auto const pause = std::max<std::chrono::nanoseconds>(least_hint_pause, rest);
    if (hints.scan_ended(ended)) losses_paced = ended + pause;
}

// A failed scan is tried again after the interval.
void reloader_state::members::pace_hints(time_point at, bool has_failed) noexcept {
    auto const longest = std::max<std::chrono::nanoseconds>(when.interval, least_hint_pause);
    auto const spent = std::max<std::chrono::nanoseconds>(at - poll_began, update.spent());
    auto const pause = std::clamp<std::chrono::nanoseconds>(rest_after(spent, when.cpu_share),
                                                            least_hint_pause, longest);
    if (hints.take_used() || has_failed) hints_paced = at + (has_failed ? longest : pause);
    if (has_failed) losses_paced = hints_paced;
}

} // namespace restat::detail
