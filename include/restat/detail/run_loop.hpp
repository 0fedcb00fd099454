#pragma once

#include <restat/detail/poll_loop.hpp>

#include <stop_token>

namespace restat::detail {

/// Polls until a stop request arrives, or until the strategy has nothing left to look after.
template <class Enumerator, class Matcher, class Clock, class Restart>
struct run_loop {
    poll_loop<Enumerator, Matcher, Clock, Restart> polls;

    void run(std::stop_token stop, std::error_code& error);

protected: // and for `descriptor_loop`
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

    /// How a wait learns of hints: by a descriptor, or by a poll at this time.
    struct hint_wait {
        int descriptor;
        time_point until;
    };

    wake wait(time_point when, std::stop_token const& stop, int hints = -1);
    /// Returns how to learn of hints, whose descriptor is `ready`, or -1 if the caller cannot wait
    /// for it.
    hint_wait wait_for_hints(int ready);
    int hints_of_clock();
    wake take_hints(wake why, int descriptor);
    supervision_step try_to_supervise(std::chrono::milliseconds pause);
    wake wait_after(supervision_step const& step, time_point next, std::stop_token const& stop,
                    int hints = -1);
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

// A strategy without a descriptor is supervised at short intervals.
template <class E, class M, class C, class R>
wake run_loop<E, M, C, R>::wait(time_point when, std::stop_token const& stop, int hints) {
    int ready = -1;
    if constexpr (supervising_strategy<R>) {
        if constexpr (descriptor_clock<C>) ready = polls.strategy.descriptor();
        if (ready < 0) when = earlier(when, polls.clock.now() + supervision_interval);
    }
    if constexpr (descriptor_clock<C>) {
        int const both = hints < 0 ? ready : polls.state.joined(ready, hints);
        if (both >= 0) return polls.clock.wait_until(when, stop, both);
        if (ready >= 0) return polls.clock.wait_until(when, stop, ready);
    }
    return polls.clock.wait_until(when, stop);
}

template <class E, class M, class C, class R>
int run_loop<E, M, C, R>::hints_of_clock() {
    if constexpr (descriptor_clock<C>) return hint_descriptor(polls.enumerator);
    return -1;
}

template <class E, class M, class C, class R>
auto run_loop<E, M, C, R>::wait_for_hints(int ready) -> hint_wait {
    if constexpr (hinting_enumerator<E>) {
        auto const now = polls.clock.now();
        auto const pause = polls.state.hint_pause();
        if (now < pause) return {-1, pause};
        auto const next_check = polls.state.next_unwatched();
        auto const covers = restat::coverage(polls.enumerator);
        bool const must_ask = ready < 0 && covers.watched + covers.partly > 0;
        if (must_ask) return {-1, earlier(now + polls.state.priority_pause(), next_check)};
        return {ready, next_check};
    }
    return {-1, (time_point::max)()};
}

// A hint of the clock leads to a whole scan, but not the events of the enumerator.
template <class E, class M, class C, class R>
wake run_loop<E, M, C, R>::take_hints(wake why, int descriptor) {
    if constexpr (hinting_enumerator<E>) {
        bool const by_events =
            why == wake::hint && descriptor >= 0 && polls.state.is_readable(descriptor);
        polls.take_hints();
        if constexpr (checking_enumerator<E>) {
            if (polls.clock.now() >= polls.state.next_unwatched()) polls.check_unwatched();
        }
        if (!by_events) return why;
        polls.state.woken_by_hints(descriptor, polls.clock.now());
        return wake::deadline;
    } else {
        return why;
    }
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
                                      std::stop_token const& stop, int hints) {
    auto const when = earlier(next, step.seen.next);
    return step.threw ? polls.clock.wait_until(when, stop) : wait(when, stop, hints);
}

// Drops an error or exception after its report to the observer.
template <class E, class M, class C, class R>
void run_loop<E, M, C, R>::poll_again(wake why) {
    std::error_code error;
    auto const now = polls.clock.now();
    if constexpr (incremental_enumerator<E>) {
        if (polls.state.checks_hints(now, why)) {
            caught([&] { polls.check_hints(error); });
            return;
        }
    }
    auto const slice = polls.state.slice_at(now, why);
    caught([&] { slice.count() > 0 ? polls.poll_for(slice, error) : polls.poll(error); });
}

template <class E, class M, class C, class R>
void run_loop<E, M, C, R>::watch() {
    time_point next = polls.state.next_poll();
    while (!polls.state.token().stop_requested()) {
        auto const step = try_to_supervise(std::chrono::seconds{1});
        if (step.seen.done) return;
        auto const hints = wait_for_hints(hints_of_clock());
        auto reason =
            wait_after(step, earlier(next, hints.until), polls.state.token(), hints.descriptor);
        if (reason == wake::stopped) return;
        reason = take_hints(reason, hints.descriptor);
        if constexpr (hinting_enumerator<E>) next = polls.state.next_poll();
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
