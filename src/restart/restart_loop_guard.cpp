// A mark describes one path at one distance from the start:
//
//                came           came again after      came again after the third
//                               the next start        start at a moment of the guard
//     (nothing) ------> seen ------------> suspected ------------> proven
//         ^               |                    |                      |
//         |               | a start            | a start without      | three starts in a row
//         |               | without it         | it, or the path      | without it
//         |               |                    | came elsewhere       |
//         +---------------+--------------------+----------------------+
//
// A run too short for a decision leaves a mark unchanged. The strongest claim among its changes
// decides about a batch:
//
//     restart   fits no mark, or only a mark made in this run
//     suspend   fits a suspected mark, or the path changes continuously: the batch stays pending
//               until the moment, then restarts, and this start counts toward the proof
//     settle    proven, held open for writing, or the content at the start of the program
//
// A moment is a random point within a pause. Each guard start followed by the same change doubles
// the pause. Any start ends the pause.

#include "restart/restart_loop_guard.hpp"

#include <restat/renames.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace restat::detail {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using suspicion = restart_loop_guard::suspicion;
using mark = restart_loop_guard::mark;

constexpr nanoseconds coarse = 100ms; // more than a tick plus the scheduling delay
constexpr nanoseconds longest_end = 10s;
// Slow programs are less regular. Even the longest window is shorter than the second pause of the
// guard. A person's regular edits do not follow the starts, so they cannot fit after two such
// moments.
constexpr nanoseconds same_by_stamp = 500ms;
constexpr nanoseconds same_by_scan = 1s;
constexpr nanoseconds longest_same = 1500ms;
constexpr nanoseconds until_delivered = 1500ms;
constexpr nanoseconds still_writing = 500ms;
constexpr std::uint8_t most_misses = 3;
constexpr std::size_t most_held = 1000;
constexpr std::size_t longest_content = 64;

// Returns the time between two stamps, limited to a day.
nanoseconds between(stamp from, stamp to) noexcept {
    constexpr std::int64_t far = 86'400;
    auto const seconds = std::clamp(to.seconds - from.seconds, -far, far);
    return std::chrono::seconds{seconds} +
           nanoseconds{static_cast<std::int64_t>(to.nanoseconds) -
                       static_cast<std::int64_t>(from.nanoseconds)};
}

nanoseconds same(bool stamped, nanoseconds least) noexcept {
    auto const shortest = stamped ? same_by_stamp : same_by_scan;
    return std::min(longest_same, shortest + std::max(least, nanoseconds{}));
}

bool can_be(mark const& known, nanoseconds at, bool stamped) noexcept {
    return !known.streams && known.stamped == stamped &&
           std::max(known.most, at) - std::min(known.least, at) <=
               same(stamped, std::min(known.least, at));
}

// Tests for the window of a proven mark.
bool has_within(mark const& known, nanoseconds at) noexcept {
    auto const margin = known.stamped ? coarse : same_by_scan / 2;
    return at >= known.least - margin && at <= known.most + margin;
}

// Takes the step of a mark whose change returned.
void came_again(mark& known, nanoseconds at, bool by_guard) noexcept {
    known.came = true;
    known.missed = 0;
    if (by_guard || known.is != suspicion::proven || has_within(known, at)) {
        known.least = std::min(known.least, at);
        known.most = std::max(known.most, at);
    }
    if (known.is == suspicion::seen) known.is = suspicion::suspected;
    if (by_guard && known.chosen < restart_loop_guard::proof) ++known.chosen;
    if (known.chosen == restart_loop_guard::proof) known.is = suspicion::proven;
}

// Takes the step of a mark at another start. Returns false if the mark carries no more
// information.
bool survives_start(mark& known, nanoseconds lasted) {
    bool const came = std::exchange(known.came, false);
    known.fresh = false;
    known.started_with = known.content;
    if (came) return true;
    bool const is_missed = lasted >= known.most + until_delivered;
    if (known.is == suspicion::suspected) return !is_missed;
    if (known.is == suspicion::proven && !is_missed) return true;
    if (known.is == suspicion::seen && (is_missed || known.streams)) return false;
    return ++known.missed < most_misses;
}

bool is_writing(change const& what) noexcept {
    return what.history.forced &&
           what.history.delivered - what.history.last_changed < still_writing &&
           what.after.type != file_type::none;
}

// Handles a path changed at an unexpected distance: starts counted toward a proof no longer
// count. Without an expected change before, the suspicion was wrong.
void doubt(std::vector<mark>& of) {
    bool const came =
        std::any_of(of.begin(), of.end(), [](mark const& one) { return one.came && !one.fresh; });
    for (mark& one : of) {
        one.content.clear();
        if (one.is != suspicion::proven) one.chosen = 0;
    }
    if (came) return;
    std::erase_if(of, [](mark const& one) { return !one.fresh && one.is != suspicion::proven; });
}

bool is_plausible(mark const& known) noexcept {
    constexpr nanoseconds longest = std::chrono::hours{24 * 365};
    return known.least <= known.most && known.least >= -longest && known.most <= longest &&
           known.most - known.least <= same(known.stamped, known.least) &&
           known.chosen <= restart_loop_guard::proof &&
           (known.is == suspicion::proven) == (known.chosen == restart_loop_guard::proof) &&
           known.content.size() <= longest_content &&
           known.started_with.size() <= longest_content;
}

template <class Test>
void forget(restart_loop_guard::marks& of, Test test) {
    for (auto at = of.begin(); at != of.end();) {
        std::erase_if(at->second, test);
        at = at->second.empty() ? of.erase(at) : std::next(at);
    }
}

// splitmix64
std::uint64_t next_random(std::uint64_t& state) noexcept {
    auto bits = state += 0x9e3779b97f4a7c15;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    return bits ^ (bits >> 31);
}

} // namespace

void restart_loop_guard::started(time_point now, stamp clock) {
    auto const lasted = memory_.has_started ? now - memory_.started : nanoseconds{};
    auto& known = memory_.of;
    forget(known, [&](mark& one) { return !survives_start(one, lasted); });
    memory_.row = is_restless_ ? memory_.row + 1 : 0;
    memory_.has_started = true;
    memory_.started = now;
    memory_.clock = clock;
    memory_.by_guard = std::exchange(chooses_, false);
    if (moment_) served_ = judged_;
    end_pause();
    exited_.reset();
    ended_.reset();
    is_restless_ = false;
    for (auto const& path : once_) {
        auto const at = known.find(path);
        if (at == known.end()) continue;
        for (mark& one : at->second) one.counts = !often_.contains(path);
    }
    once_.clear();
    often_.clear();
    wild_.clear();
}

void restart_loop_guard::exited(time_point now) noexcept { exited_ = now - memory_.started; }
void restart_loop_guard::ended(time_point now) noexcept { ended_ = now - memory_.started; }

restart_loop_guard::ruling restart_loop_guard::judge(change_set const& delivered, time_point now,
                                                     file_evidence& files) {
    chooses_ = false;
    if (!is_on_ || !memory_.has_started || delivered.empty()) return {};
    auto const changes = without_renames(delivered);
    auto last = judged_;
    for (change const& what : changes) now = std::max(now, what.history.delivered);
    std::vector<finding> all;
    all.reserve(changes.size());
    for (change const& what : changes) {
        all.push_back(examine(what, now, files));
        last = std::max(last, what.history.last_changed);
    }
    auto made = rule(changes, all, now);
    judged_ = last;
    return made;
}

// A stamp outside this run and the end of the previous run comes from another clock.
restart_loop_guard::distance restart_loop_guard::distance_of(change const& what,
                                                             time_point now) const noexcept {
    bool const has_stamps = memory_.clock != stamp{} && what.after.type != file_type::none;
    if (has_stamps) {
        auto const length = between(memory_.clock, what.after.ctime);
        if (length > -longest_end && length < now - memory_.started + coarse) {
            return {length, true};
        }
    }
    auto const seen = what.history.last_changed == time_point{} ? now : what.history.last_changed;
    return {seen - memory_.started, false};
}

bool restart_loop_guard::is_after_end(distance of) const noexcept {
    return ended_ && of.length > *ended_ + (of.stamped ? coarse : same_by_scan);
}

// A program exiting by itself may take long to get there.
bool restart_loop_guard::is_soon(distance of) const noexcept {
    return of.length < soon || (exited_ && of.length < *exited_ + coarse);
}

// Returns false for a change offered again.
bool restart_loop_guard::is_new(change const& what) const noexcept {
    return what.history.last_changed == time_point{} || what.history.last_changed > judged_;
}

unsigned restart_loop_guard::wild_level() const noexcept {
    return memory_.row + 1 - std::min(memory_.row + 1, patience);
}

// Returns true if each of the last starts was followed by a change, and this change continues the
// row: either its path already has a mark, or its name may be new in each run.
bool restart_loop_guard::is_wild(change const& what, distance at) const noexcept {
    if (wild_.contains(what.path)) return true;
    return memory_.row + 1 >= patience && is_soon(at) &&
           (what.kind != change_kind::modified || memory_.of.contains(what.path));
}

restart_loop_guard::finding restart_loop_guard::examine(change const& what, time_point now,
                                                        file_evidence& files) {
    bool const is_timed = what.history.last_changed != time_point{};
    if (is_timed && what.history.last_changed <= served_ && !what.history.redelivered)
        return {claim::settle};
    auto const use = files.use_of(what);
    if (use == file_use::program) return {};
    if (use == file_use::written) return held_open(what);
    auto const at = distance_of(what, now);
    if (is_after_end(at)) return {};
    if (is_writing(what)) return streaming(what);
    if (auto const known = memory_.of.find(what.path); known != memory_.of.end()) {
        for (mark& one : known->second) {
            if (one.fresh || !can_be(one, at.length, at.stamped)) continue;
            return fitting(what, one, at, files.content_of(what));
        }
    }
    return unexpected(what, at, files);
}

restart_loop_guard::finding restart_loop_guard::held_open(change const& what) {
    bool const is_news = held_.size() < most_held && held_.insert(what.path).second;
    return {.asks = claim::settle, .is_news = is_news};
}

// Restarts immediately the first time; in the next run, waits until the writer stops.
restart_loop_guard::finding restart_loop_guard::streaming(change const& what) {
    auto& known = memory_.of[what.path];
    auto at = std::find_if(known.begin(), known.end(), [](mark const& m) { return m.streams; });
    is_restless_ = true;
    if (at == known.end()) at = known.insert(at, mark{.streams = true});
    if (at->fresh) return {};
    if (!std::exchange(at->came, true)) at->missed = std::min<std::uint8_t>(at->missed + 1, 6);
    return {.asks = claim::suspend,
            .level = at->missed - 1U,
            .renews = true,
            .writing = true,
            .is_news = true};
}

// A person saving repeatedly eventually hits a known distance. Therefore a path changed again
// before the moment proves nothing at the moment.
restart_loop_guard::finding restart_loop_guard::fitting(change const& what, mark& known,
                                                        distance at, std::string content) {
    bool const was_proven = known.is == suspicion::proven;
    bool const is_same = !content.empty() && content == known.started_with;
    if (!known.came) came_again(known, at.length, memory_.by_guard && known.counts);
    known.content = std::move(content);
    bool const is_own = known.is == suspicion::proven && has_within(known, at.length);
    if (is_own) return {.asks = claim::settle, .is_news = !was_proven};
    if (is_same) return {.asks = claim::settle};
    bool const is_further = !once_.insert(what.path).second && is_new(what);
    if (is_further) often_.insert(what.path);
    if (is_soon(at)) is_restless_ = true;
    return {.asks = claim::suspend,
            .level = std::max<unsigned>(known.chosen, wild_level()),
            .renews = is_further && memory_.row + 1 >= patience,
            .is_news = true};
}

restart_loop_guard::finding restart_loop_guard::unexpected(change const& what, distance at,
                                                           file_evidence& files) {
    bool const wild = is_wild(what, at);
    auto& of = memory_.of[what.path];
    auto const may_come = [&](mark const& one) {
        return !one.fresh && !one.came && !one.streams && at.length < one.most + until_delivered;
    };
    // The end of the previous run may have removed the file, and this run may be about to create
    // it.
    auto const expected = std::find_if(of.begin(), of.end(), may_come);
    if (what.kind == change_kind::removed && expected != of.end()) {
        return {.asks = claim::suspend,
                .not_before = memory_.started + expected->most + until_delivered};
    }
    doubt(of);
    auto made = std::find_if(of.begin(), of.end(), [&](mark const& one) {
        return one.fresh && can_be(one, at.length, at.stamped);
    });
    if (made == of.end()) {
        mark const first{.least = at.length, .most = at.length, .stamped = at.stamped};
        made = of.insert(made, first);
    }
    if (is_soon(at)) {
        is_restless_ = true;
        made->content = files.content_of(what);
    }
    if (!wild) return {};
    wild_.insert(what.path);
    return {
        .asks = claim::suspend, .level = wild_level(), .renews = is_new(what), .is_news = true};
}

restart_loop_guard::ruling restart_loop_guard::rule(change_set const& changes,
                                                    std::vector<finding> const& all,
                                                    time_point now) {
    auto const asks = std::max_element(all.begin(), all.end(), [](auto& a, auto& b) {
                          return a.asks < b.asks;
                      })->asks;
    bool const begins = asks == claim::suspend && !is_reported_;
    ruling made;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!all[i].is_news) continue;
        if (all[i].asks == claim::settle) made.proven.push_back(changes[i].path);
        if (all[i].asks == claim::suspend && begins) made.suspended.push_back(changes[i].path);
    }
    if (asks == claim::settle) {
        end_pause();
        made.is = verdict::settle;
    } else if (asks == claim::suspend) {
        made.is = is_put_off(all, now) ? verdict::suspend : verdict::restart;
        chooses_ = made.is == verdict::restart && !is_renewed_;
        is_reported_ |= !made.suspended.empty();
    }
    return made;
}

void restart_loop_guard::end_pause() noexcept {
    moment_.reset();
    is_reported_ = false;
}

bool restart_loop_guard::is_put_off(std::vector<finding> const& all, time_point now) {
    finding most{.asks = claim::suspend};
    for (finding const& one : all) {
        if (one.asks != claim::suspend) continue;
        most.level = std::max(most.level, one.level);
        most.not_before = std::max(most.not_before, one.not_before);
        most.renews |= one.renews;
        most.writing |= one.writing;
        most.is_news |= one.is_news;
    }
    if (!moment_ || (most.is_news && !is_reported_)) {
        limit_ = now + longest_pause;
        is_renewed_ = most.renews;
        moment_ = std::max(now + pause(most.level), most.not_before);
    } else if (most.renews) {
        is_renewed_ = true;
        moment_ = std::min(limit_, std::max(*moment_, now + pause(most.level)));
    }
    return now < *moment_ || (most.writing && now < limit_);
}

nanoseconds restart_loop_guard::pause(unsigned level) noexcept {
    auto const least =
        std::min<nanoseconds>(shortest_pause * (1U << std::min(level, 6U)), longest_pause / 2);
    auto const part = next_random(random_) % static_cast<std::uint64_t>(least.count());
    return least + nanoseconds{static_cast<std::int64_t>(part)};
}

restart_loop_guard::memory restart_loop_guard::left(time_point now, stamp clock) const {
    auto next = *this;
    next.started(now, clock);
    return std::move(next.memory_);
}

void restart_loop_guard::go_on_from(memory before) {
    constexpr std::uint32_t longest_row = 1000;
    forget(before.of, [](mark const& one) { return !is_plausible(one); });
    before.row = std::min(before.row, longest_row);
    memory_ = std::move(before);
}

} // namespace restat::detail
