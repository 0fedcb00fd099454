#pragma once

#include <restat/clock/waitable_clock.hpp>
#include <restat/detail/reloader_state.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace restat::detail {

/// The time limit of a slice, measured by `work_now` of the clock. A slice checks at least a single
/// entry, so a scan ends whatever the budget is.
template <class Clock>
class slice_budget final : public scan_bounds {
public:
    slice_budget(Clock& clock, reloader_state& state, std::chrono::nanoseconds budget)
        : clock_{clock}, state_{state}, began_{work_now(clock)}, budget_{budget} {}
    slice_budget(slice_budget const&) = delete;

    /// Returns whether the scan pauses before its next entry.
    bool is_over() override { return std::exchange(any_, true) && is_spent(); }
    /// Returns the next priority file, until these files took half of the budget.
    std::optional<std::size_t> next_priority() override {
        if (any_ && spent() >= budget_ / 2) return {};
        auto const next = state_.next_priority();
        any_ = any_ || next;
        return next;
    }
    void missed_priority() override { state_.missed_priority(); }

    /// Returns whether the slice ends after a step that checks no entry. The first steps of a slice
    /// do not count, since they take less time than the check of an entry.
    bool is_over_after_step() noexcept { return ++steps_ >= least_steps && is_spent(); }
    /// Returns whether the slice ends after a step as long as the check of an entry.
    bool is_spent() const noexcept { return spent() >= budget_; }

private:
    static constexpr int least_steps = 48;

    std::chrono::nanoseconds spent() const noexcept { return work_now(clock_) - began_; }

    Clock& clock_;
    reloader_state& state_;
    time_point began_;
    std::chrono::nanoseconds budget_;
    bool any_ = false; // entry has been checked
    int steps_ = 0;
};

} // namespace restat::detail
