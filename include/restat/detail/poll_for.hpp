#pragma once

#include <restat/basic_reloader.hpp>

// A slice of a step; a part of `basic_reloader.hpp`.
namespace restat {

template <class E, class M, class C, class R>
slice_result basic_reloader<E, M, C, R>::poll_for(std::chrono::nanoseconds budget,
                                                  std::error_code& error) {
    if constexpr (!incremental_enumerator<E>) {
        return state_.result_of_scan(poll(error));
    } else {
        error.clear();
        detail::poll_scope const scope{state_};
        if (!scope) return {outcome(poll_state::busy)};
        if (!state_.has_baseline() && inherit()) return {outcome(poll_state::unchanged)};
        detail::slice_budget<C> limit{clock_, state_, budget};
        look_for(limit, error);
        state_.rethrow();
        if (!error && !state_.has_baseline()) return state_.result(outcome(poll_state::starting));
        return state_.result(conclude(error, &limit));
    }
}

template <class E, class M, class C, class R>
slice_result basic_reloader<E, M, C, R>::poll_for(std::chrono::nanoseconds budget) {
    std::error_code error;
    auto const result = poll_for(budget, error);
    if (error) detail::throw_error(error, "scan");
    return result;
}

template <class E, class M, class C, class R>
poll_result basic_reloader<E, M, C, R>::poll() {
    std::error_code error;
    auto const result = poll(error);
    if (error) detail::throw_error(error, "scan");
    return result;
}

template <class E, class M, class C, class R>
void basic_reloader<E, M, C, R>::look_for(detail::slice_budget<C>& limit,
                                          std::error_code& error) {
    std::vector<finding> faults;
    state_.begin_slice(clock_.now());
    attempt(error, [&] {
        work_for(limit, error);
        if (state_.round_ended() || error) collect_faults(matcher_, faults);
    });
    auto const now = clock_.now();
    state_.slice_ended(now, static_cast<bool>(error));
    if (!state_.round_ended() && !error) return;
    auto const gave_up = error;
    snapshot const none;
    snapshot& draft = state_.draft();
    snapshot const& seen = gave_up ? none : state_.has_baseline() ? latest() : draft;
    detail::catch_bad_alloc(error, [&] {
        state_.scan_ended(gave_up ? now : state_.look_ended(), seen, faults, gave_up);
        if (gave_up || state_.has_baseline()) return;
        if (!state_.offer_baseline(draft, matcher_)) return;
        if constexpr (learning_strategy<R>) restart_.learn(latest());
    });
}

// Until the budget is spent: frees the last delivery, takes the steps that are left, scans, and
// takes the steps that use the result of the scan.
template <class E, class M, class C, class R>
void basic_reloader<E, M, C, R>::work_for(detail::slice_budget<C>& limit,
                                          std::error_code& error) {
    while (state_.free_some()) {
        if (limit.is_over()) return;
    }
    if (state_.token().stop_requested())
        error = std::make_error_code(std::errc::operation_canceled);
    while (!error) {
        while (state_.step()) {
            if (limit.is_over()) return;
        }
        if (!state_.begin_scan()) return;
        state_.update().bound(limit.bounds(), state_.token());
        if constexpr (incremental_enumerator<E>) {
            enumerator_.refresh(state_.asked(matcher_), state_.update(), error);
        }
        if (!error) state_.use_scan(clock_.now());
    }
}

} // namespace restat
