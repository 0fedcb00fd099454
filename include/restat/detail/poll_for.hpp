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
        look_for(budget, error);
        state_.rethrow();
        if (!error && !state_.has_baseline()) return state_.result(outcome(poll_state::starting));
        return state_.result(conclude(error));
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
void basic_reloader<E, M, C, R>::look_for(std::chrono::nanoseconds budget,
                                          std::error_code& error) {
    std::vector<finding> faults;
    bool ended_round = false;
    auto ended = clock_.now();
    detail::slice_budget<C> limit{clock_, state_, budget};
    attempt(error, [&] {
        state_.begin_slice(ended);
        state_.update().bound(limit.bounds(), state_.token());
        if constexpr (incremental_enumerator<E>) {
            enumerator_.refresh(state_.asked(matcher_), state_.update(), error);
        }
        ended = clock_.now();
        if (!error) ended_round = state_.use_slice(ended);
        if (ended_round || error) collect_faults(matcher_, faults);
    });
    state_.slice_ended(clock_.now(), static_cast<bool>(error));
    if (!ended_round && !error) return;
    auto const gave_up = error;
    snapshot const none;
    snapshot& draft = state_.draft();
    snapshot const& seen = gave_up ? none : state_.has_baseline() ? latest() : draft;
    detail::within_memory(error, [&] {
        state_.scan_ended(ended, seen, faults, gave_up);
        if (gave_up || state_.has_baseline()) return;
        if (!state_.offer_baseline(draft, matcher_)) return;
        if constexpr (learning_strategy<R>) restart_.learn(latest());
    });
}

} // namespace restat
