#pragma once

#include <restat/detail/catch_bad_alloc.hpp>
#include <restat/detail/run_loop.hpp>

#include <system_error>
#include <utility>

namespace restat::detail {

/// Polls for a host that waits for the descriptor of its reloader. Each call takes the steps that
/// `run` takes after the same wake-up, then arms the descriptor for the next one.
template <class Enumerator, class Matcher, class Clock, class Restart>
struct descriptor_loop : run_loop<Enumerator, Matcher, Clock, Restart> {
    poll_result poll(std::error_code& error);
    slice_result poll_for(std::chrono::nanoseconds budget, std::error_code& error);
    /// Makes the descriptor readable at the next wake-up, and not earlier.
    void arm() noexcept;

private:
    using loop = run_loop<Enumerator, Matcher, Clock, Restart>;
    using loop::polls;

    /// Supervises the program and arms the descriptor when a poll is left, also by an exception.
    struct arm_scope {
        descriptor_loop& of;
        ~arm_scope() {
            without_exceptions([this] { of.supervise(); });
            of.arm();
        }
    };

    void take_awaited_hints();
    poll_result poll_due(std::error_code& error);
    void start();
    void supervise();
    descriptor_wait next_wait();
};

// A call without a wake-up is a wish of the host: it scans everything.
template <class E, class M, class C, class R>
poll_result descriptor_loop<E, M, C, R>::poll(std::error_code& error) {
    if (!poll_scope{polls.state}) return polls.poll(error);
    error.clear();
    arm_scope const armed{*this};
    bool const is_woken = polls.state.is_woken(poll_kind::whole);
    auto const result = is_woken ? poll_due(error) : polls.poll(error);
    start();
    return result;
}

template <class E, class M, class C, class R>
slice_result descriptor_loop<E, M, C, R>::poll_for(std::chrono::nanoseconds budget,
                                                   std::error_code& error) {
    if (!poll_scope{polls.state}) return polls.poll_for(budget, error);
    arm_scope const armed{*this};
    if (polls.state.is_woken(poll_kind::slice)) take_awaited_hints();
    auto const result = polls.poll_for(budget, error);
    start();
    return result;
}

template <class E, class M, class C, class R>
void descriptor_loop<E, M, C, R>::take_awaited_hints() {
    loop::take_hints(wake::hint, polls.state.awaited_hints());
}

template <class E, class M, class C, class R>
poll_result descriptor_loop<E, M, C, R>::poll_due(std::error_code& error) {
    if (!polls.state.has_baseline()) return polls.poll(error);
    take_awaited_hints();
    auto const now = polls.clock.now();
    if (now < polls.state.next_wake()) return polls.outcome(polls.state.outcome());
    if constexpr (incremental_enumerator<E>) {
        if (polls.state.checks_hints(now, wake::deadline)) return polls.check_hints(error);
    }
    auto const slice = polls.state.slice_at(now, wake::deadline);
    return slice.count() > 0 ? polls.poll_for(slice, error) : polls.poll(error);
}

// Starts the program once the baseline is complete.
template <class E, class M, class C, class R>
void descriptor_loop<E, M, C, R>::start() {
    if constexpr (supervising_strategy<R>) {
        auto& program = polls.state.program();
        if (!polls.state.has_baseline() || std::exchange(program.is_started, true)) return;
        start_program(polls.strategy, polls.clock.now());
    }
}

// After an exception, the cause of the readable descriptor may remain: the next step follows after
// a pause.
template <class E, class M, class C, class R>
void descriptor_loop<E, M, C, R>::supervise() {
    if constexpr (supervising_strategy<R>) {
        auto& program = polls.state.program();
        if (!program.is_started) return;
        auto const step = loop::try_to_supervise(std::chrono::seconds{1});
        bool const has_more = !step.threw && !step.seen.done;
        program.next = step.seen.next;
        program.descriptor = has_more ? polls.strategy.descriptor() : -1;
        if (!has_more || program.descriptor >= 0) return;
        program.next =
            loop::earlier(program.next, polls.clock.now() + loop::supervision_interval);
    }
}

template <class E, class M, class C, class R>
void descriptor_loop<E, M, C, R>::arm() noexcept {
    descriptor_wait next{polls.clock.now(), polls.clock.now() + loop::supervision_interval};
    without_exceptions([&] { next = next_wait(); });
    polls.state.arm(next);
}

template <class E, class M, class C, class R>
descriptor_wait descriptor_loop<E, M, C, R>::next_wait() {
    descriptor_wait next{{}, polls.state.next_wake()};
    if (polls.state.has_baseline()) {
        auto const hints = loop::wait_for_hints(hint_descriptor(polls.enumerator));
        next.hints = hints.descriptor;
        next.when = loop::earlier(next.when, hints.until);
        if constexpr (supervising_strategy<R>) {
            next.program = polls.state.program().descriptor;
            next.when = loop::earlier(next.when, polls.state.program().next);
        }
    }
    next.now = polls.clock.now();
    return next;
}

} // namespace restat::detail
