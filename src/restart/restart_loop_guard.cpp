// Judges the changes of a batch by the marks of their paths. The strongest claim among the changes
// decides:
//
//     restart   fits no mark, or only a mark made in this run
//     suspend   fits a suspected mark, or the path changes continuously: the batch stays pending
//               until the moment, then restarts, and this start counts toward the proof
//     settle    proven, held open for writing, or the content at the start of the program, if no
//               other content came since the last judged change before the start

#include "restart/restart_loop_guard.hpp"

#include "restart/loop_marks.hpp"

#include <restat/renames.hpp>

#include <algorithm>
#include <utility>

namespace restat::detail {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr nanoseconds longest_shutdown = 10s;
constexpr nanoseconds writing_pause = 500ms;
constexpr std::size_t most_open_paths = 1000;

// Returns the time between two stamps, limited to a day.
nanoseconds between(stamp from, stamp to) noexcept {
    constexpr std::int64_t far = 86'400;
    auto const seconds = std::clamp(to.seconds - from.seconds, -far, far);
    return std::chrono::seconds{seconds} +
           nanoseconds{static_cast<std::int64_t>(to.nanoseconds) -
                       static_cast<std::int64_t>(from.nanoseconds)};
}

bool is_writing(change const& what) noexcept {
    return what.history.forced &&
           what.history.delivered - what.history.last_changed < writing_pause &&
           what.after.type != file_type::none;
}

} // namespace

void restart_loop_guard::started(time_point now, stamp clock) {
    auto const lasted = memory_.has_started ? now - memory_.start_time : nanoseconds{};
    auto& known = memory_.by_path;
    auto const before = std::exchange(memory_.run_before, lasted);
    erase_marks(known, [&](mark& one) { return !survives_start(one, lasted, before); });
    memory_.streak = soon_paths_.empty() ? 0 : memory_.streak + 1;
    count_soon_runs(known, soon_paths_);
    memory_.has_started = true;
    memory_.start_time = now;
    memory_.start_stamp = clock;
    memory_.at_chosen_moment = std::exchange(next_start_is_chosen_, false);
    if (!pauses_.empty()) covered_until_ = last_judged_;
    end_pause();
    exited_.reset();
    ended_.reset();
    soon_paths_.clear();
    for (auto const& path : suspended_paths_) {
        auto const at = known.find(path);
        if (at == known.end()) continue;
        for (mark& one : at->second) one.is_evidence = !unproving_.contains(path);
    }
    suspended_paths_.clear();
    unproving_.clear();
    streak_paths_.clear();
}

void restart_loop_guard::included(change_set const& changes) noexcept {
    for (change const& what : changes) forget_content_of(what.path);
}

void restart_loop_guard::forget_content_of(std::string const& path) noexcept {
    auto const known = memory_.by_path.find(path);
    if (known != memory_.by_path.end()) forget_contents(known->second);
}

void restart_loop_guard::exited(time_point now) noexcept { exited_ = now - memory_.start_time; }
void restart_loop_guard::ended(time_point now) noexcept { ended_ = now - memory_.start_time; }

restart_loop_guard::ruling restart_loop_guard::judge(change_set const& delivered, time_point now,
                                                     file_evidence& files) {
    next_start_is_chosen_ = false;
    if (!is_on_ || !memory_.has_started || delivered.empty()) return {};
    auto const changes = without_renames(delivered);
    auto last = last_judged_;
    for (change const& what : changes) now = std::max(now, what.history.delivered);
    std::vector<opinion> all;
    all.reserve(changes.size());
    for (change const& what : changes) {
        all.push_back(examine(what, now, files));
        last = std::max(last, what.history.last_changed);
    }
    auto made = combine(changes, all, now);
    last_judged_ = last;
    return made;
}

// A stamp outside this run and the end of the previous run comes from another clock.
restart_loop_guard::distance restart_loop_guard::distance_of(change const& what,
                                                             time_point now) const noexcept {
    bool const has_stamps = memory_.start_stamp != stamp{} && what.after.type != file_type::none;
    if (has_stamps) {
        auto const length = between(memory_.start_stamp, what.after.ctime);
        if (length > -longest_shutdown && length < now - memory_.start_time + clock_margin) {
            return {length, true};
        }
    }
    auto const seen = what.history.last_changed == time_point{} ? now : what.history.last_changed;
    return {seen - memory_.start_time, false};
}

bool restart_loop_guard::is_after_end(distance of) const noexcept {
    return ended_ && of.length > *ended_ + (of.by_timestamp ? clock_margin : window_by_scan);
}

// A program exiting by itself may take long to get there.
bool restart_loop_guard::is_soon(distance of) const noexcept {
    return of.length < soon_after_start || (exited_ && of.length < *exited_ + clock_margin);
}

// Returns false for a change offered again.
bool restart_loop_guard::is_new(change const& what) const noexcept {
    return what.history.last_changed == time_point{} || what.history.last_changed > last_judged_;
}

// Each path has a streak of its own. A name that comes or goes may be new in each run, so it has
// the common streak.
unsigned restart_loop_guard::streak_of(change const& what) const {
    if (what.kind != change_kind::modified) return memory_.streak;
    auto const of = memory_.by_path.find(what.path);
    return of == memory_.by_path.end() ? 0U : most_soon_runs(of->second);
}

unsigned restart_loop_guard::streak_level(change const& what) const {
    auto const runs = streak_of(what) + 1;
    return runs - std::min(runs, longest_streak);
}

// Returns true if each of the last starts was followed by a change, and this change continues the
// row: either its path took part, or its name may be new in each run.
bool restart_loop_guard::continues_streak(change const& what, distance at) const {
    if (streak_paths_.contains(what.path)) return true;
    return streak_of(what) + 1 >= longest_streak && is_soon(at);
}

restart_loop_guard::opinion restart_loop_guard::examine(change const& what, time_point now,
                                                        file_evidence& files) {
    bool const is_timed = what.history.last_changed != time_point{};
    if (is_timed && what.history.last_changed <= covered_until_ && !what.history.redelivered) {
        forget_content_of(what.path);
        return {claim::settle};
    }
    auto const use = files.use_of(what);
    if (use == file_use::program) return {};
    if (use == file_use::written) return judge_held_open(what);
    auto const at = distance_of(what, now);
    if (is_after_end(at)) return {};
    if (is_writing(what)) return judge_streaming(what);
    if (auto const known = memory_.by_path.find(what.path); known != memory_.by_path.end()) {
        for (mark& one : known->second) {
            if (one.is_new || !fits(one, at.length, at.by_timestamp)) continue;
            return judge_expected(what, one, at, files.content_of(what));
        }
    }
    return judge_unexpected(what, at, files);
}

restart_loop_guard::opinion restart_loop_guard::judge_held_open(change const& what) {
    bool const is_reportable = reported_open_paths_.size() < most_open_paths &&
                               reported_open_paths_.insert(what.path).second;
    return {.wants = claim::settle, .is_reportable = is_reportable};
}

// Restarts immediately the first time; in the next run, waits until the writer stops.
restart_loop_guard::opinion restart_loop_guard::judge_streaming(change const& what) {
    auto& known = memory_.by_path[what.path];
    auto at =
        std::find_if(known.begin(), known.end(), [](mark const& m) { return m.is_streaming; });
    soon_paths_.insert(what.path);
    if (at == known.end()) at = known.insert(at, mark{.is_streaming = true});
    if (at->is_new) return {};
    if (!std::exchange(at->returned, true))
        at->absences = std::min<std::uint8_t>(at->absences + 1, 6);
    return {.wants = claim::suspend,
            .pause_level = at->absences - 1U,
            .extends_pause = true,
            .is_reportable = true};
}

// A person saving repeatedly eventually hits a known distance. Therefore a path changed again
// before the moment proves nothing at the moment.
restart_loop_guard::opinion restart_loop_guard::judge_expected(change const& what, mark& known,
                                                               distance at, std::string content) {
    bool const was_proven = known.state == suspicion::proven;
    bool const is_same = !content.empty() && content == known.content_at_start;
    if (!known.returned)
        record_return(known, at.length, memory_.at_chosen_moment && known.is_evidence,
                      memory_.run_before);
    if (!is_same) forget_content_of(what.path);
    known.content = std::move(content);
    bool const is_own = known.state == suspicion::proven && is_in_window(known, at.length);
    if (is_own) return {.wants = claim::settle, .is_reportable = !was_proven};
    if (is_same) return {.wants = claim::settle};
    bool const is_further = !suspended_paths_.insert(what.path).second && is_new(what);
    if (is_further) unproving_.insert(what.path);
    if (is_soon(at)) soon_paths_.insert(what.path);
    return {.wants = claim::suspend,
            .pause_level = std::max<unsigned>(known.guard_starts, streak_level(what)),
            .extends_pause = is_further && streak_of(what) + 1 >= longest_streak,
            .is_reportable = true};
}

restart_loop_guard::opinion restart_loop_guard::judge_unexpected(change const& what, distance at,
                                                                 file_evidence& files) {
    bool const wild = continues_streak(what, at);
    auto const level = streak_level(what);
    auto& of = memory_.by_path[what.path];
    auto const may_come = [&](mark const& one) {
        return !one.is_new && !one.returned && !one.is_streaming &&
               at.length < one.latest + delivery_delay;
    };
    // The end of the previous run may have removed the file, and this run may be about to create
    // it.
    auto const expected = std::find_if(of.begin(), of.end(), may_come);
    if (what.kind == change_kind::removed && expected != of.end()) {
        return {.wants = claim::suspend,
                .not_before = memory_.start_time + expected->latest + delivery_delay};
    }
    auto const soon_runs = most_soon_runs(of);
    weaken_suspicion(of);
    auto made = std::find_if(of.begin(), of.end(), [&](mark const& one) {
        return one.is_new && fits(one, at.length, at.by_timestamp);
    });
    if (made == of.end()) {
        made = of.insert(made, mark{.earliest = at.length,
                                    .latest = at.length,
                                    .by_timestamp = at.by_timestamp,
                                    .soon_runs = soon_runs,
                                    .least_run = memory_.run_before});
    }
    if (is_soon(at)) {
        soon_paths_.insert(what.path);
        made->content = files.content_of(what);
    }
    if (!wild) return {};
    streak_paths_.insert(what.path);
    return {.wants = claim::suspend,
            .pause_level = level,
            .extends_pause = is_new(what),
            .is_reportable = pauses_.empty()}; // names may come without end
}

restart_loop_guard::ruling restart_loop_guard::combine(change_set const& changes,
                                                       std::vector<opinion> const& all,
                                                       time_point now) {
    auto const wants = std::max_element(all.begin(), all.end(), [](auto& a, auto& b) {
                           return a.wants < b.wants;
                       })->wants;
    ruling made;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].is_reportable && all[i].wants == claim::settle)
            made.proven.push_back(changes[i].path);
    }
    if (wants == claim::settle) {
        end_pause();
        made.decision = verdict::settle;
    } else if (wants == claim::suspend) {
        made.decision = decide(changes, all, now);
        made.suspended = take_unreported(changes, all);
    }
    return made;
}

restart_loop_guard::memory restart_loop_guard::memory_after_start(time_point now,
                                                                  stamp clock) const {
    auto next = *this;
    next.started(now, clock);
    return std::move(next.memory_);
}

void restart_loop_guard::restore(memory before) {
    constexpr std::uint32_t longest_row = 1000;
    erase_marks(before.by_path, [](mark const& one) { return !is_plausible(one); });
    before.streak = std::min(before.streak, longest_row);
    memory_ = std::move(before);
}

} // namespace restat::detail
