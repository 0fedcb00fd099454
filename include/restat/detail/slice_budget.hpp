#pragma once

#include <restat/clock/waitable_clock.hpp>
#include <restat/detail/reloader_state.hpp>

#include <utility>

namespace restat::detail {

/// The time limit of a slice, measured by `work_now` of the clock. A slice checks at least a single
/// entry, so a scan ends whatever the budget is.
template <class Clock>
class slice_budget {
public:
    slice_budget(Clock& clock, reloader_state& state, std::chrono::nanoseconds budget)
        : clock_{clock}, state_{state}, began_{work_now(clock)}, budget_{budget} {}
    slice_budget(slice_budget const&) = delete;

    scan_bounds bounds() noexcept { return {&over, &first, this, &missed}; }
    /// Returns whether the slice ends after a step that checks no entry. The first steps of a slice
    /// do not count, since they take less time than the check of an entry.
    bool is_over() noexcept { return ++steps_ >= least_steps && is_spent(); }
    /// Returns whether the slice ends after a step as long as the check of an entry.
    bool is_spent() const noexcept { return spent() >= budget_; }

private:
    static constexpr int least_steps = 48;

    static bool over(void* self) {
        auto& my = *static_cast<slice_budget*>(self);
        bool const any = std::exchange(my.any_, true);
        return any && my.spent() >= my.budget_;
    }
    static std::string const* first(void* self) {
        auto& my = *static_cast<slice_budget*>(self);
        if (my.any_ && my.spent() >= my.budget_ / 2) return nullptr;
        auto const* const path = my.state_.next_priority();
        if (path) my.any_ = true;
        return path;
    }
    static void missed(void* self) { static_cast<slice_budget*>(self)->state_.missed_priority(); }

    std::chrono::nanoseconds spent() const noexcept { return work_now(clock_) - began_; }

    Clock& clock_;
    reloader_state& state_;
    time_point began_;
    std::chrono::nanoseconds budget_;
    bool any_ = false; // entry has been checked
    int steps_ = 0;
};

} // namespace restat::detail
