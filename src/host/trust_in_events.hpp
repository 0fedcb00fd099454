#pragma once

#include <restat/hint_list.hpp>

#include <cstddef>
#include <utility>

namespace restat::detail {

/// How far the events of an enumerator are believed. Passes over the tree judge the events: an edit
/// in a watched tree, found by a pass and without an event, is a miss.
///
///     believed --- two misses ---> not believed --- ten passes without a miss ---> believed
class trust_in_events {
public:
    /// Notes the coverage as reported by the enumerator.
    void cover(event_coverage const& by_enumerator) noexcept;
    /// Notes a pass over the tree with this number of misses.
    void judge(std::size_t misses) noexcept;

    /// Returns whether each change of each directory is expected to lead to an event.
    bool is_whole() const noexcept { return is_believed_ && coverage_.is_whole(); }
    /// Returns whether the passes judge the events.
    bool is_judged() const noexcept { return coverage_.is_whole(); }
    /// Returns the coverage. Without trust, watched directories count as `partly`.
    event_coverage coverage() const noexcept;
    /// Returns whether the coverage is another than at the last call, by its kind or by more than a
    /// hundredth.
    bool take_news() noexcept;

private:
    event_coverage coverage_;
    event_coverage reported_;
    std::size_t misses_ = 0;
    std::size_t clean_passes_ = 0; // since the last miss
    bool is_believed_ = true;
    bool is_known_ = false; // the enumerator has reported a coverage
    bool has_reported_ = false;
};

} // namespace restat::detail
