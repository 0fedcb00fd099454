#pragma once

#include <restat/clock/waitable_clock.hpp>
#include <restat/detail/catch_bad_alloc.hpp>
#include <restat/detail/reloader_state.hpp>
#include <restat/detail/slice_budget.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/matcher/path_matcher.hpp>
#include <restat/restart/restart_strategy.hpp>

#include <exception>
#include <system_error>
#include <utility>

namespace restat::detail {

/// Leads a `reloader_state` through the steps of a poll, with the policies of its reloader: the
/// enumerator scans, the strategy gets the deliveries.
template <class Enumerator, class Matcher, class Clock, class Restart>
struct poll_loop {
    Enumerator& enumerator;
    Matcher const& matcher;
    Clock& clock;
    Restart& strategy;
    reloader_state& state;

    void baseline(std::error_code& error);
    bool resume(snapshot known);
    poll_result poll(std::error_code& error);
    slice_result poll_for(std::chrono::nanoseconds budget, std::error_code& error);
    /// Checks the hinted paths alone.
    poll_result check_hints(std::error_code& error) requires incremental_enumerator<Enumerator>;
    /// Takes the hints of the enumerator, if it has any.
    void take_hints() noexcept;
    /// Checks the places of the enumerator without events.
    void check_unwatched() noexcept requires checking_enumerator<Enumerator>;

    poll_result outcome(poll_state of) const noexcept { return {of, state.next_scan()}; }

    /// Refuses a call from inside a callback of a poll.
    static void refuse_call(std::error_code& error) {
        error = std::make_error_code(std::errc::device_or_resource_busy);
    }

private:
    using slice = slice_budget<Clock>;

    bool inherit();
    task work(poll_kind kind, slice* limit, std::error_code& error);
    task take_steps(slice* limit, std::error_code& error);
    void scan(slice* limit, std::error_code& error);
    poll_result conclude(task left, slice* limit, std::error_code& error);
    poll_state deliver(change_set const& changes);
};

template <class E, class M, class C, class R>
void poll_loop<E, M, C, R>::baseline(std::error_code& error) {
    error.clear();
    poll_scope const scope{state};
    if (!scope) return refuse_call(error);
    if (inherit()) return;
    do {
        work(poll_kind::baseline, nullptr, error);
        if (error || !state.retries_baseline()) return;
    } while (clock.wait_until(state.next_scan(), state.token()) != wake::stopped);
    error = std::make_error_code(std::errc::operation_canceled);
}

// The handoff of a process before an exec is newer than any file.
template <class E, class M, class C, class R>
bool poll_loop<E, M, C, R>::resume(snapshot known) {
    poll_scope const scope{state};
    if (!scope || state.has_baseline()) return false;
    if (!inherit()) state.resume(std::move(known), clock.now());
    return true;
}

template <class E, class M, class C, class R>
poll_result poll_loop<E, M, C, R>::poll(std::error_code& error) {
    error.clear();
    poll_scope const scope{state};
    if (!scope) return outcome(poll_state::busy);
    bool const has_baseline = state.has_baseline();
    if (!has_baseline && inherit()) return outcome(poll_state::unchanged);
    auto const kind = has_baseline ? poll_kind::whole : poll_kind::baseline;
    return conclude(work(kind, nullptr, error), nullptr, error);
}

template <class E, class M, class C, class R>
slice_result poll_loop<E, M, C, R>::poll_for(std::chrono::nanoseconds budget,
                                             std::error_code& error) {
    if constexpr (!incremental_enumerator<E>) {
        return state.result_of_scan(poll(error));
    } else {
        error.clear();
        poll_scope const scope{state};
        if (!scope) return {outcome(poll_state::busy)};
        if (!state.has_baseline() && inherit()) return {outcome(poll_state::unchanged)};
        slice limit{clock, state, budget};
        auto const left = work(poll_kind::slice, &limit, error);
        return state.result(conclude(left, &limit, error));
    }
}

template <class E, class M, class C, class R>
poll_result poll_loop<E, M, C, R>::check_hints(std::error_code& error) requires
    incremental_enumerator<E> {
    error.clear();
    poll_scope const scope{state};
    if (!scope) return outcome(poll_state::busy);
    slice limit{clock, state, (std::chrono::nanoseconds::max)()};
    return conclude(work(poll_kind::hints, &limit, error), &limit, error);
}

template <class E, class M, class C, class R>
void poll_loop<E, M, C, R>::take_hints() noexcept {
    if constexpr (hinting_enumerator<E>) {
        hint_list* const into = state.hints();
        if (!into) return;
        auto thrown = caught([&] { enumerator.take_hints(state.latest(), *into); });
        state.hints_taken(hint_source::events, std::move(thrown));
        state.cover(restat::coverage(enumerator));
    }
}

template <class E, class M, class C, class R>
void poll_loop<E, M, C, R>::check_unwatched() noexcept requires checking_enumerator<E> {
    hint_list* const into = state.hints();
    if (!into) return;
    auto const began = clock.now();
    auto thrown =
        caught([&] { enumerator.check_unwatched(matcher_ref{matcher}, state.latest(), *into); });
    state.hints_taken(hint_source::unwatched, std::move(thrown));
    state.checked_unwatched(began, clock.now());
}

template <class E, class M, class C, class R>
bool poll_loop<E, M, C, R>::inherit() {
    snapshot inherited;
    if (!inherit_snapshot(strategy, inherited)) return false;
    state.resume(std::move(inherited), clock.now());
    return true;
}

// Takes a poll up to its delivery.
template <class E, class M, class C, class R>
task poll_loop<E, M, C, R>::work(poll_kind kind, slice* limit, std::error_code& error) {
    take_hints();
    state.begin_poll(clock.now(), kind);
    auto left = task::none;
    if (auto thrown = caught(error, [&] { left = take_steps(limit, error); })) {
        error = errc::exception_thrown;
        state.scan_threw(std::move(thrown));
    }
    auto const failure = error;
    catch_bad_alloc(error, [&] {
        bool const is_baseline = state.end_poll(clock.now(), matcher, failure);
        if (!is_baseline) return;
        learn_baseline(strategy, state.latest());
        if (!limit) state.learn_contents();
        take_hints(); // for the coverage
    });
    state.rethrow();
    return left;
}

template <class E, class M, class C, class R>
task poll_loop<E, M, C, R>::take_steps(slice* limit, std::error_code& error) {
    if (limit && state.token().stop_requested())
        error = std::make_error_code(std::errc::operation_canceled);
    while (!error) {
        auto const next = state.step(birth_ref{enumerator});
        if (next == task::scan) {
            scan(limit, error);
        } else if (next == task::read
                       ? limit && limit->is_spent()
                       : next != task::step || (limit && limit->is_over_after_step())) {
            return next;
        } else if (state.is_comparing_stopped()) {
            error = std::make_error_code(std::errc::operation_canceled);
        }
    }
    return task::none;
}

template <class E, class M, class C, class R>
void poll_loop<E, M, C, R>::scan(slice* limit, std::error_code& error) {
    scan_scope scan{state, matcher, limit};
    if constexpr (incremental_enumerator<E>) {
        enumerator.refresh(scan.rules(), scan.update(), error);
    } else {
        snapshot_builder found{state.token()};
        found.set_baseline(scan.update().is_baseline());
        enumerator.enumerate(scan.rules(), found, error);
        if (!error) scan.found(found.finish(state.latest()));
    }
    if (state.judges_events()) take_hints();
    scan.end(clock.now(), error);
}

template <class E, class M, class C, class R>
poll_result poll_loop<E, M, C, R>::conclude(task left, slice* limit, std::error_code& error) {
    if (error) return outcome(poll_state::failed);
    if (left != task::deliver) return outcome(state.outcome());
    auto changes = state.take_offer();
    auto const result = deliver(changes);
    limit ? state.free_later(std::move(changes)) : state.learn_contents();
    return outcome(result);
}

template <class E, class M, class C, class R>
poll_state poll_loop<E, M, C, R>::deliver(change_set const& changes) {
    state.current_observer().on_delivering(changes);
    std::error_code reason;
    auto result = restart_result::refused;
    auto const thrown = caught([&] {
        hand_over_snapshot(strategy, state.latest());
        result = strategy.restart(changes, reason);
    });
    if (thrown) {
        reason = errc::exception_thrown;
        state.threw(thrown, {.path = changes[0].path, .error = {}, .operation = "deliver"});
    }
    auto const answered = clock.now();
    state.answered(result, reason, answered, suspension_end(strategy));
    state.current_observer().on_delivered(changes, result, reason, answered);
    if (thrown) std::rethrow_exception(thrown);
    if (result == restart_result::suspended) return poll_state::settling;
    return result == restart_result::refused ? poll_state::refused : poll_state::delivered;
}

} // namespace restat::detail
