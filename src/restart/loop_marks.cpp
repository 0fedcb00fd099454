// A mark describes one path at one distance from the start:
//
//                came           came again after      came again after the third
//                               the next start        start at a moment of the guard
//     (nothing) ------> seen ------------> suspected ------------> proven
//         ^               |                    |                      |
//         |               | a start            | a start without      | three starts in a row
//         |               | without the change | the change, or the   | without the change
//         |               |                    | path came elsewhere  |
//         +---------------+--------------------+----------------------+
//
// A run too short for a decision leaves a mark unchanged. A change before the start is made by the
// end of the run before, which may have been too short to make it.

#include "restart/loop_marks.hpp"

#include <algorithm>
#include <utility>

namespace restat::detail {
namespace {

using std::chrono::nanoseconds;
using suspicion = restart_loop_guard::suspicion;

// Slow programs are less regular. Even the longest window is shorter than the second pause of the
// guard. A person's regular edits do not follow the starts, so they cannot fit after two such
// moments.
constexpr std::chrono::milliseconds window_by_timestamp{500};
constexpr std::chrono::milliseconds longest_window{1500};
constexpr std::uint8_t most_absences = 3;
constexpr std::size_t longest_content = 64;

nanoseconds window_length(bool stamped, nanoseconds least) noexcept {
    nanoseconds const shortest = stamped ? nanoseconds{window_by_timestamp} : window_by_scan;
    return std::min<nanoseconds>(longest_window, shortest + std::max(least, nanoseconds{}));
}

// A change without a stamp has the time of a scan, which comes later.
bool may_be_of_the_end(loop_mark const& known) noexcept {
    return !known.is_streaming && (known.earliest < nanoseconds{} || !known.by_timestamp);
}

} // namespace

bool fits(loop_mark const& known, nanoseconds at, bool stamped) noexcept {
    return !known.is_streaming && known.by_timestamp == stamped &&
           std::max(known.latest, at) - std::min(known.earliest, at) <=
               window_length(stamped, std::min(known.earliest, at));
}

bool is_in_window(loop_mark const& known, nanoseconds at) noexcept {
    auto const margin = known.by_timestamp ? nanoseconds{clock_margin} : window_by_scan / 2;
    return at >= known.earliest - margin && at <= known.latest + margin;
}

void record_return(loop_mark& known, nanoseconds at, bool by_guard, nanoseconds before) noexcept {
    known.returned = true;
    known.least_run = std::min(known.least_run, before);
    known.absences = 0;
    if (by_guard || known.state != suspicion::proven || is_in_window(known, at)) {
        known.earliest = std::min(known.earliest, at);
        known.latest = std::max(known.latest, at);
    }
    if (known.state == suspicion::seen) known.state = suspicion::suspected;
    if (by_guard && known.guard_starts < restart_loop_guard::starts_to_prove)
        ++known.guard_starts;
    if (known.guard_starts == restart_loop_guard::starts_to_prove)
        known.state = suspicion::proven;
}

bool survives_start(loop_mark& known, nanoseconds lasted, nanoseconds before) {
    bool const came = std::exchange(known.returned, false);
    known.is_new = false;
    known.content_at_start = known.content;
    if (came || (may_be_of_the_end(known) && before < known.least_run)) return true;
    bool const is_missed = lasted >= known.latest + delivery_delay;
    if (known.state == suspicion::suspected) return !is_missed;
    if (known.state == suspicion::proven && !is_missed) return true;
    if (known.state == suspicion::seen && (is_missed || known.is_streaming)) return false;
    return ++known.absences < most_absences;
}

void forget_contents(std::vector<loop_mark>& marks) noexcept {
    for (loop_mark& one : marks) {
        one.content.clear();
        one.content_at_start.clear();
    }
}

void weaken_suspicion(std::vector<loop_mark>& marks) {
    bool const came = std::any_of(marks.begin(), marks.end(), [](loop_mark const& one) {
        return one.returned && !one.is_new;
    });
    forget_contents(marks);
    for (loop_mark& one : marks) {
        if (one.state != suspicion::proven) one.guard_starts = 0;
    }
    if (came) return;
    std::erase_if(marks, [](loop_mark const& one) {
        return !one.is_new && one.state != suspicion::proven;
    });
}

bool is_plausible(loop_mark const& known) noexcept {
    constexpr nanoseconds longest = std::chrono::hours{24 * 365};
    return known.earliest <= known.latest && known.earliest >= -longest &&
           known.latest <= longest && known.least_run >= nanoseconds{} &&
           known.latest - known.earliest <= window_length(known.by_timestamp, known.earliest) &&
           known.guard_starts <= restart_loop_guard::starts_to_prove &&
           (known.state == suspicion::proven) ==
               (known.guard_starts == restart_loop_guard::starts_to_prove) &&
           known.content.size() <= longest_content &&
           known.content_at_start.size() <= longest_content;
}

std::uint8_t most_soon_runs(std::vector<loop_mark> const& of) noexcept {
    std::uint8_t most = 0;
    for (loop_mark const& one : of) most = std::max(most, one.soon_runs);
    return most;
}

void count_soon_runs(restart_loop_guard::marks& all, std::set<std::string> const& soon) {
    constexpr unsigned longest = 255;
    for (auto& [path, marks] : all) {
        unsigned const runs = most_soon_runs(marks) + (soon.contains(path) ? 1U : 0U);
        auto const counted = soon.empty() ? 0U : std::min(runs, longest);
        for (loop_mark& one : marks) one.soon_runs = static_cast<std::uint8_t>(counted);
    }
}

} // namespace restat::detail
