#include "trust_in_events.hpp"

namespace restat::detail {
namespace {

constexpr std::size_t most_misses = 1;
constexpr std::size_t clean_passes_needed = 10;
constexpr std::size_t least_news = 100; // a hundredth of the directories

bool differs(std::size_t before, std::size_t now, std::size_t all) noexcept {
    auto const difference = before < now ? now - before : before - now;
    bool const is_other_kind = (before == 0) != (now == 0);
    return is_other_kind || difference * least_news > all;
}

} // namespace

void trust_in_events::cover(event_coverage const& by_enumerator) noexcept {
    coverage_ = by_enumerator;
    is_known_ = true;
}

void trust_in_events::judge(std::size_t misses) noexcept {
    misses_ += misses;
    clean_passes_ = misses > 0 ? 0 : clean_passes_ + 1;
    if (misses_ > most_misses) is_believed_ = false;
    if (clean_passes_ < clean_passes_needed) return;
    is_believed_ = true;
    misses_ = 0;
}

event_coverage trust_in_events::coverage() const noexcept {
    auto now = coverage_;
    if (!is_believed_) now.partly += std::exchange(now.watched, 0);
    return now;
}

bool trust_in_events::take_news() noexcept {
    auto const now = coverage();
    auto const& old = reported_;
    bool const is_news = !has_reported_ || old.is_whole() != now.is_whole() ||
                         differs(old.directories, now.directories, now.directories) ||
                         differs(old.watched, now.watched, now.directories) ||
                         differs(old.partly, now.partly, now.directories) ||
                         differs(old.refused, now.refused, now.directories) || old.why != now.why;
    // An enumerator whose events are off has nothing to say about them.
    bool const has_events = now.watched + now.partly + now.refused > 0 || now.why;
    if (!is_known_ || !is_news || (!has_events && !has_reported_)) return false;
    reported_ = now;
    has_reported_ = true;
    return true;
}

} // namespace restat::detail
