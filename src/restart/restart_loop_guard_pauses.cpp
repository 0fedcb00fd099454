#include "restart/restart_loop_guard.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <utility>

// A moment is a random point within a pause. Each guard start followed by the same change doubles
// the pause. Any start ends all pauses.
//
// Each path has a pause of its own. A path shares a running moment only within its own pause. The
// first moment restarts for the whole batch, and counts for paths with a pause of this length or
// less.
namespace restat::detail {
namespace {

using std::chrono::nanoseconds;

// Returns the least length of a pause; the greatest is twice as long.
nanoseconds shortest_length(unsigned level) noexcept {
    constexpr nanoseconds longest = restart_loop_guard::longest_pause;
    return std::min<nanoseconds>(restart_loop_guard::shortest_pause * (1U << std::min(level, 6U)),
                                 longest / 2);
}

// splitmix64
std::uint64_t next_random(std::uint64_t& state) noexcept {
    auto bits = state += golden_ratio;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    return bits ^ (bits >> 31);
}

} // namespace

void restart_loop_guard::end_pause() noexcept {
    moment_.reset();
    pauses_.clear();
}

// The first moment decides for all suspended changes.
restart_loop_guard::verdict restart_loop_guard::decide(change_set const& changes,
                                                       std::vector<opinion> const& all,
                                                       time_point now) {
    std::vector<std::pair<std::string const, pause>*> waiting;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].wants != claim::suspend) continue;
        wait(changes[i].path, all[i], now);
        waiting.push_back(&*pauses_.find(changes[i].path));
    }
    auto const first = (*std::min_element(waiting.begin(), waiting.end(), [](auto a, auto b) {
                           return a->second.moment < b->second.moment;
                       }))->second;
    moment_ = first.moment;
    if (now < first.moment) return verdict::suspend;
    next_start_is_chosen_ = !first.is_extended;
    for (auto const* one : waiting) {
        if (one->second.level > first.drawn_level) unproving_.insert(one->first);
    }
    return verdict::restart;
}

std::vector<std::string> restart_loop_guard::take_unreported(change_set const& changes,
                                                             std::vector<opinion> const& all) {
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].wants != claim::suspend || !all[i].is_reportable) continue;
        bool const was_reported = std::exchange(pauses_[changes[i].path].is_reported, true);
        if (!was_reported) paths.push_back(changes[i].path);
    }
    return paths;
}

void restart_loop_guard::wait(std::string const& path, opinion const& how, time_point now) {
    auto const [at, is_new] = pauses_.try_emplace(path);
    auto& own = at->second;
    bool const begins = is_new || (own.is_preliminary && how.not_before == time_point::min());
    if (begins) own = begin_pause(how, now);
    if (!how.extends_pause) return;
    own.is_extended = true;
    for (auto& [other, each] : pauses_) {
        if (!each.is_extended || (begins && &each == &own)) continue;
        each.moment =
            std::min(each.latest, std::max(each.moment, now + random_pause(how.pause_level)));
    }
}

// Shares a moment drawn for at least this level, if it comes within the pause. With a moment each,
// the first of many would be no random point any more.
restart_loop_guard::pause restart_loop_guard::begin_pause(opinion const& how, time_point now) {
    pause own{.latest = now + longest_pause,
              .level = how.pause_level,
              .drawn_level = how.pause_level,
              .is_preliminary = how.not_before != time_point::min()};
    for (auto const& [path, each] : pauses_) {
        bool const is_shared = !own.is_preliminary && !each.is_preliminary && !each.is_extended &&
                               !how.extends_pause && each.drawn_level >= own.level &&
                               each.moment > now &&
                               each.moment <= now + 2 * shortest_length(own.level);
        if (!is_shared) continue;
        own.moment = each.moment;
        own.drawn_level = each.drawn_level;
        return own;
    }
    own.moment = std::max(now + random_pause(own.level), how.not_before);
    return own;
}

nanoseconds restart_loop_guard::random_pause(unsigned level) noexcept {
    auto const least = shortest_length(level);
    auto const part = next_random(random_) % static_cast<std::uint64_t>(least.count());
    return least + nanoseconds{static_cast<std::int64_t>(part)};
}

} // namespace restat::detail
