#pragma once

#include <restat/basic_reloader.hpp>

// Watches until a stop request arrives; a part of `basic_reloader.hpp`.
namespace restat {

template <class E, class M, class C, class R>
void basic_reloader<E, M, C, R>::observe(observer* who) {
    if constexpr (reporting_strategy<R>) restart_.observe(who);
    state_.observe(who);
}

template <class E, class M, class C, class R>
void basic_reloader<E, M, C, R>::run(std::stop_token stop, std::error_code& error) {
    error.clear();
    detail::linked_stop const linked{state_, std::move(stop)};
    if (!state_.has_baseline()) baseline(error);
    if (state_.token().stop_requested()) error.clear();
    if (!state_.has_baseline()) return;
    program_scope const program{*this};
    if constexpr (supervising_strategy<R>) restart_.start(clock_.now());
    watch();
}

template <class E, class M, class C, class R>
void basic_reloader<E, M, C, R>::run(std::stop_token stop) {
    std::error_code error;
    run(std::move(stop), error);
    if (error) detail::throw_error(error, "take the baseline");
}

template <class E, class M, class C, class R>
wake basic_reloader<E, M, C, R>::wait_until(time_point when, std::stop_token const& stop) {
    if constexpr (!supervising_strategy<R>) {
        return clock_.wait_until(when, stop);
    } else if constexpr (descriptor_clock<C>) {
        if (int const ready = restart_.descriptor(); ready >= 0) {
            return clock_.wait_until(when, stop, ready);
        }
    }
    return clock_.wait_until(earlier(when, clock_.now() + supervision_interval), stop);
}

template <class E, class M, class C, class R>
supervision basic_reloader<E, M, C, R>::supervise() {
    if constexpr (supervising_strategy<R>) return restart_.supervise(clock_.now());
    return {};
}

// Reports an exception. The next step follows after a pause.
template <class E, class M, class C, class R>
auto basic_reloader<E, M, C, R>::try_to_supervise(std::chrono::milliseconds pause)
    -> supervision_step {
    supervision_step step{{.now = supervision::state::running}, false};
    if (auto const thrown = detail::caught([&] { step.seen = supervise(); })) {
        state_.threw(thrown, {.path = {}, .error = {}, .operation = "supervise"});
        step = {{.now = supervision::state::running, .next = clock_.now() + pause}, true};
    }
    return step;
}

// After an exception, the cause of the readable descriptor may remain: waits without the
// descriptor.
template <class E, class M, class C, class R>
wake basic_reloader<E, M, C, R>::wait_after(supervision_step const& step, time_point next,
                                            std::stop_token const& stop) {
    auto const when = earlier(next, step.seen.next);
    return step.threw ? clock_.wait_until(when, stop) : wait_until(when, stop);
}

// Drops an error or exception after its report to the observer.
template <class E, class M, class C, class R>
void basic_reloader<E, M, C, R>::poll_again(wake why) {
    std::error_code error;
    auto const slice = state_.slice_at(clock_.now(), why);
    detail::caught([&] { slice.count() > 0 ? poll_for(slice, error) : poll(error); });
}

template <class E, class M, class C, class R>
void basic_reloader<E, M, C, R>::watch() {
    time_point next = state_.next_look();
    while (!state_.token().stop_requested()) {
        auto const step = try_to_supervise(std::chrono::seconds{1});
        if (step.seen.done) return;
        auto const reason = wait_after(step, next, state_.token());
        if (reason == wake::stopped) return;
        if (reason == wake::deadline && clock_.now() < next) continue;
        poll_again(reason);
        next = state_.next_look();
    }
}

// Leaves a strategy to its destructor after ten exceptions.
template <class E, class M, class C, class R>
void basic_reloader<E, M, C, R>::end_program() {
    if constexpr (supervising_strategy<R>) {
        restart_.stop(clock_.now());
        constexpr int most_failures = 10;
        for (int failures = 0; failures < most_failures;) {
            auto const step = try_to_supervise(supervision_interval);
            failures += step.threw ? 1 : 0;
            if (step.seen.now == supervision::state::idle) return;
            wait_after(step, (time_point::max)(), std::stop_token{});
        }
    }
}

} // namespace restat
