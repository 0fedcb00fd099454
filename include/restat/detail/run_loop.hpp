#pragma once

#include <restat/detail/poll_loop.hpp>

#include <stop_token>

namespace restat::detail {

/// Polls until a stop request arrives, or until the strategy has nothing left to look after.
template <class Enumerator, class Matcher, class Clock, class Restart>
struct run_loop {
    poll_loop<Enumerator, Matcher, Clock, Restart> polls;

    void run(std::stop_token stop, std::error_code& error);

private:
    static constexpr std::chrono::milliseconds supervision_interval{20};
    static constexpr time_point earlier(time_point a, time_point b) { return a < b ? a : b; }

    /// Ends the strategy's program when `run` is left, also by an exception.
    struct program_scope {
        run_loop& of;
        ~program_scope() {
            without_exceptions([this] { of.end_program(); });
        }
    };
    struct supervision_step {
        supervision seen;
        bool threw;
    };

    wake wait(time_point when, std::stop_token const& stop);
    supervision_step try_to_supervise(std::chrono::milliseconds pause);
    wake wait_after(supervision_step const& step, time_point next, std::stop_token const& stop);
    void poll_again(wake why);
    void watch();
    void end_program();
};

template <class E, class M, class C, class R>
void run_loop<E, M, C, R>::run(std::stop_token stop, std::error_code& error) {
    error.clear();
    if (!poll_scope{polls.state}) return polls.refuse_call(error);
    linked_stop const linked{polls.state, std::move(stop)};
    if (!polls.state.has_baseline()) polls.baseline(error);
    if (polls.state.token().stop_requested()) error.clear();
    if (!polls.state.has_baseline()) return;
    program_scope const program{*this};
    start_program(polls.strategy, polls.clock.now());
    watch();
}

template <class E, class M, class C, class R>
wake run_loop<E, M, C, R>::wait(time_point when, std::stop_token const& stop) {
    if constexpr (!supervising_strategy<R>) {
        return polls.clock.wait_until(when, stop);
    } else if constexpr (descriptor_clock<C>) {
        if (int const ready = polls.strategy.descriptor(); ready >= 0) {
            return polls.clock.wait_until(when, stop, ready);
        }
    }
    return polls.clock.wait_until(earlier(when, polls.clock.now() + supervision_interval), stop);
}

// Reports an exception. The next step follows after a pause.
template <class E, class M, class C, class R>
auto run_loop<E, M, C, R>::try_to_supervise(std::chrono::milliseconds pause) -> supervision_step {
    supervision_step step{{.now = supervision::state::running}, false};
    if (auto const thrown =
            caught([&] { step.seen = supervise_program(polls.strategy, polls.clock.now()); })) {
        polls.state.threw(thrown, {.path = {}, .error = {}, .operation = "supervise"});
        step = {{.now = supervision::state::running, .next = polls.clock.now() + pause}, true};
    }
    return step;
}

// After an exception, the cause of the readable descriptor may remain: waits without the
// descriptor.
template <class E, class M, class C, class R>
wake run_loop<E, M, C, R>::wait_after(supervision_step const& step, time_point next,
                                      std::stop_token const& stop) {
    auto const when = earlier(next, step.seen.next);
    return step.threw ? polls.clock.wait_until(when, stop) : wait(when, stop);
}

// Drops an error or exception after its report to the observer.
template <class E, class M, class C, class R>
void run_loop<E, M, C, R>::poll_again(wake why) {
    std::error_code error;
    auto const slice = polls.state.slice_at(polls.clock.now(), why);
    caught([&] { slice.count() > 0 ? polls.poll_for(slice, error) : polls.poll(error); });
}

template <class E, class M, class C, class R>
void run_loop<E, M, C, R>::watch() {
    time_point next = polls.state.next_poll();
    while (!polls.state.token().stop_requested()) {
        auto const step = try_to_supervise(std::chrono::seconds{1});
        if (step.seen.done) return;
        auto const reason = wait_after(step, next, polls.state.token());
        if (reason == wake::stopped) return;
        if (reason == wake::deadline && polls.clock.now() < next) continue;
        poll_again(reason);
        next = polls.state.next_poll();
    }
}

// Leaves a strategy to its destructor after ten exceptions.
template <class E, class M, class C, class R>
void run_loop<E, M, C, R>::end_program() {
    if constexpr (supervising_strategy<R>) {
        polls.strategy.stop(polls.clock.now());
        constexpr int most_failures = 10;
        for (int failures = 0; failures < most_failures;) {
            auto const step = try_to_supervise(supervision_interval);
            failures += step.threw ? 1 : 0;
            if (step.seen.now == supervision::state::idle) return;
            wait_after(step, (time_point::max)(), std::stop_token{});
        }
    }
}

} // namespace restat::detail
