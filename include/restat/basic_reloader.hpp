#pragma once

#include <restat/clock/waitable_clock.hpp>
#include <restat/detail/catch_bad_alloc.hpp>
#include <restat/detail/reloader_state.hpp>
#include <restat/detail/slice_budget.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/fwd.hpp>
#include <restat/matcher/path_matcher.hpp>
#include <restat/observer.hpp>
#include <restat/options.hpp>
#include <restat/poll_result.hpp>
#include <restat/restart/restart_strategy.hpp>
#include <restat/watch_state.hpp>

#include <concepts>
#include <stop_token>
#include <string_view>
#include <system_error>
#include <utility>

namespace restat {

/// Watches the files selected by an enumerator and a matcher, by their status, and passes changes
/// to a restart strategy. `poll` is the only verb: it scans, settles and delivers on the caller's
/// thread. `run` polls and waits; a `reloader_guard` runs on a thread of its own.
/// \threads `stop` from any thread and from inside a callback; all others from one thread at a
/// time. A callback must not destroy the reloader: it calls `stop`, and the caller of `run`
/// destroys the reloader afterwards.
/// \errors The failure of a path is a finding, reported to the observer. The failure of a scan is
/// an error code or a `reload_error`, and known files stay known.
///
/// An exception of the strategy's `restart` counts as `refused`: the changes stay pending and are
/// offered again after growing pauses, or a quiet period after the next edit. An exception of the
/// enumerator fails the scan. The observer gets a finding (`errc::exception_thrown`) for each;
/// `poll`, `poll_for` and `baseline` throw on, `run` continues and keeps it in `failure`. An
/// exception of `supervise` is reported, and the next call follows after 1 s. Exceptions of
/// `start` and of the clock's `wait_until` end `run`. The clock's `now`, matchers and observers
/// are noexcept.
/// \see path_matcher, file_enumerator, waitable_clock, restart_strategy
template <class Enumerator, class Matcher, class Clock, class Restart>
class basic_reloader {
    static_assert(file_enumerator<Enumerator>,
                  "Enumerator is no file_enumerator: it needs "
                  "enumerate(matcher_ref, snapshot_builder&, std::error_code&)");
    static_assert(path_matcher<Matcher>,
                  "Matcher is no path_matcher: it needs a const call operator "
                  "(candidate const&) noexcept -> verdict");
    static_assert(waitable_clock<Clock>,
                  "Clock is no waitable_clock: it needs now() noexcept -> time_point and "
                  "wait_until(time_point, std::stop_token) -> wake");
    static_assert(
        work_clock<Clock> || !requires(Clock & clock) { clock.work_now(); },
        "Clock has a work_now() that is not work_now() noexcept -> time_point");
    static_assert(restart_strategy<Restart>,
                  "Restart is no restart_strategy: it needs "
                  "restart(change_set const&, std::error_code&) -> restart_result");

public:
    basic_reloader(Enumerator enumerator, Matcher matching, Clock clock, Restart strategy,
                   restat::schedule schedule = {})
        : enumerator_{std::move(enumerator)}
        , matcher_{std::move(matching)}
        , clock_{std::move(clock)}
        , restart_{std::move(strategy)}
        , state_{schedule, how_it_looks} {}

    /// Makes the policies from `options` alone, as those of `stat_reloader`.
    explicit basic_reloader(
        options const& from = {}) requires std::constructible_from<Enumerator, options const&> &&
        std::constructible_from<Matcher, options const&> && std::default_initializable<Clock> &&
        (std::default_initializable<Restart> || std::constructible_from<Restart, options const&>)
        : enumerator_(from)
        , matcher_(from)
        , clock_{}
        , restart_(make_restart(from))
        , state_{schedule_of(from), how_it_looks} {
        observe(from.observer);
    }

    basic_reloader(basic_reloader const&) = delete;
    basic_reloader& operator=(basic_reloader const&) = delete;
    ~basic_reloader() = default;

    /// Takes the baseline, to which later scans are compared. Waits until each record is final: a
    /// tick of the kernel after the last write, or at most 3 seconds. Anything loaded or started
    /// after this call sees files at least as new as the baseline.
    void baseline(std::error_code& error);
    void baseline();
    bool has_baseline() const noexcept { return state_.has_baseline(); }

    /// One step: scans, settles, delivers. Takes the baseline first if there is none, without
    /// waiting. Throws the exception of a callback once per attempt; the changes stay pending.
    poll_result poll(std::error_code& error);
    poll_result poll();

    /// Takes a slice of a step, on the caller's thread alone: continues a scan within `budget`, or
    /// begins the next scan if its time has come, then settles and delivers. Up to half of the
    /// budget goes first to pinned and recently edited files. An edit of a known file is delivered
    /// before the scan ends; added and removed names are delivered after its end. A change is
    /// rechecked after its quiet period, unless `max_wait` expires first. For added and removed
    /// names, the recheck scans only their directories. The baseline is taken in slices, too.
    ///
    /// The comparison with the last snapshot and the preparation of a delivery also stay within the
    /// budget. If they take several slices, these slices do not scan. A `poll` between two slices
    /// is a whole scan, and drops the scan in slices.
    /// \cost at most the budget and one entry, by `work_now` of the clock, beside the time of the
    /// callback. Returning the memory of a delivery to the system may add a few milliseconds after
    /// 100,000 changes. An enumerator that is no `incremental_enumerator` makes a whole scan
    /// \errors as `poll`; the scan begins anew
    slice_result poll_for(std::chrono::nanoseconds budget, std::error_code& error);
    slice_result poll_for(std::chrono::nanoseconds budget);

    /// Gives a file, or every file below a directory, priority: each slice checks it first. A path
    /// that does not exist yet gets priority after a scan has found it.
    void pin(std::string_view path) { state_.pin(path); }
    void unpin(std::string_view path) { state_.unpin(path); }

    /// Takes the baseline if there is none, starts what the strategy looks after, and polls until
    /// stopped or until that has ended for good. Ends what the strategy looks after.
    void run(std::stop_token stop, std::error_code& error);
    void run(std::stop_token stop);
    void run() { run(std::stop_token{}); }

    /// Returns the last exception of a scan or of the strategy, or null if none was thrown. Any
    /// thread.
    std::exception_ptr failure() const noexcept { return state_.failure(); }

    /// Ends `run`, now or when it begins, and a scan or a wait that is under way.
    void stop() noexcept { state_.stop(); }

    /// What the last scan saw.
    snapshot const& latest() const noexcept { return state_.latest(); }

    /// Returns the state of a path: what its change waits for, or why no change is delivered.
    /// \cost no scan and no system call; may be asked from a callback and by an observer
    watch_state watch_state_of(std::string_view path) const requires requires(Clock const& time) {
        time.now();
    }
    {
        auto of = state_.watch_state_of(path, clock_.now());
        if (of.is == watch_state::state::missing) {
            detail::ask_rules(of, matcher_ref{matcher_}, root_prefix(enumerator_, of.path));
        }
        return of;
    }

    /// Sets the observer, also of a `reporting_strategy`; null removes it before its life ends.
    void observe(observer* who);

    /// The policies. Reading them changes nothing. A change of the enumerator, also by a callback,
    /// holds from the next scan.
    Enumerator& enumerator() noexcept { return enumerator_; }
    Enumerator const& enumerator() const noexcept { return enumerator_; }
    Matcher const& matcher() const noexcept { return matcher_; }
    Clock& clock() noexcept { return clock_; }
    Clock const& clock() const noexcept { return clock_; }
    Restart& strategy() noexcept { return restart_; }
    Restart const& strategy() const noexcept { return restart_; }

    /// Calls `change` with the matcher, whose new rules hold from the next scan:
    ///
    ///     reloader.change_matcher([](auto& rules) { rules = restat::glob_matcher{"*.png"}; });
    /// \cost as `rules_changed`
    template <std::invocable<Matcher&> Change>
    void change_matcher(Change&& change) {
        rules_changed();
        std::forward<Change>(change)(matcher_);
    }
    /// Announces that the matcher answers differently from now on, for a matcher that reads rules
    /// of the host.
    /// \cost gives up a scan that is paused, and the next scan lists every directory. A host that
    /// calls this before each slice never completes a scan
    void rules_changed() noexcept { state_.update().list_all(); }

private:
    static constexpr std::chrono::milliseconds supervision_interval{20};
    static constexpr auto how_it_looks =
        incremental_enumerator<Enumerator> ? detail::looking::in_slices : detail::looking::at_all;
    static constexpr time_point earlier(time_point a, time_point b) { return a < b ? a : b; }

    /// Ends what the strategy looks after when `run` is left, also by an exception.
    struct program_scope {
        basic_reloader& of;
        ~program_scope() {
            detail::without_exceptions([this] { of.end_program(); });
        }
    };

    static Restart make_restart(options const& from) {
        if constexpr (std::constructible_from<Restart, options const&>) {
            return Restart(from);
        } else {
            detail::refuse_strategy_options(from);
            return Restart{};
        }
    }

    template <class Act> // a step of a scan, ended by its exception; `poll` throws it on
    void attempt(std::error_code& error, Act act) {
        if (auto thrown = detail::caught(error, std::move(act))) {
            error = errc::exception_thrown;
            state_.scan_threw(std::move(thrown));
        }
    }
    snapshot scan(std::error_code& error);
    void look(std::error_code& error);
    void look_for(detail::slice_budget<Clock>& limit, std::error_code& error);
    void work_for(detail::slice_budget<Clock>& limit, std::error_code& error);
    poll_result conclude(std::error_code& error, detail::slice_budget<Clock>* limit = nullptr);
    bool inherit();
    void take_baseline(bool wait, std::error_code& error);
    poll_result deliver(change_set const& changes);
    time_point suspended_until() const;
    poll_result outcome(poll_state state) const noexcept { return {state, state_.next_scan()}; }
    wake wait_until(time_point when, std::stop_token const& stop);
    supervision supervise();
    struct supervision_step {
        supervision seen;
        bool threw;
    };
    supervision_step try_to_supervise(std::chrono::milliseconds pause);
    wake wait_after(supervision_step const& step, time_point next, std::stop_token const& stop);
    void poll_again(wake why);
    void watch();
    void end_program();

    Enumerator enumerator_;
    Matcher matcher_;
    Clock clock_;
    Restart restart_;
    detail::reloader_state state_;
};

template <class E, class M, class C, class R>
basic_reloader(E, M, C, R) -> basic_reloader<E, M, C, R>;
template <class E, class M, class C, class R>
basic_reloader(E, M, C, R, schedule) -> basic_reloader<E, M, C, R>;

template <class E, class M, class C, class R>
void basic_reloader<E, M, C, R>::baseline(std::error_code& error) {
    error.clear();
    detail::poll_scope const scope{state_};
    if (scope) take_baseline(true, error);
    state_.rethrow();
}

template <class E, class M, class C, class R>
void basic_reloader<E, M, C, R>::baseline() {
    std::error_code error;
    baseline(error);
    if (error) detail::throw_error(error, "take the baseline");
}

template <class E, class M, class C, class R>
poll_result basic_reloader<E, M, C, R>::poll(std::error_code& error) {
    error.clear();
    detail::poll_scope const scope{state_};
    if (!scope) return outcome(poll_state::busy);
    if (!state_.has_baseline()) {
        take_baseline(false, error);
        state_.rethrow();
        if (error) return outcome(poll_state::failed);
        return outcome(state_.has_baseline() ? poll_state::unchanged : poll_state::starting);
    }
    look(error);
    state_.rethrow();
    return conclude(error);
}

template <class E, class M, class C, class R>
poll_result basic_reloader<E, M, C, R>::conclude(std::error_code& error,
                                                 detail::slice_budget<C>* limit) {
    change_set due;
    if (!error) {
        detail::catch_bad_alloc(error, [&] {
            if (!state_.begin_offer()) return;
            while (state_.step_offer(birth_ref{enumerator_})) {
                if (limit && limit->is_over()) return;
            }
            due = state_.take_offer();
        });
    }
    if (error) state_.drop_offer();
    if (error) return outcome(poll_state::failed);
    if (due.empty())
        return outcome(state_.is_due() ? poll_state::settling : poll_state::unchanged);
    auto const result = deliver(due);
    if (limit) state_.free_later(std::move(due));
    return result;
}

template <class E, class M, class C, class R>
snapshot basic_reloader<E, M, C, R>::scan(std::error_code& error) {
    state_.scan_began(clock_.now());
    snapshot seen;
    std::vector<finding> faults;
    attempt(error, [&] {
        if constexpr (incremental_enumerator<E>) {
            state_.update().begin(seen, state_.token());
            enumerator_.refresh(state_.asked(matcher_), state_.update(), error);
            if (!error) state_.update().apply(seen);
        } else {
            snapshot_builder found{state_.token()};
            enumerator_.enumerate(state_.asked(matcher_), found, error);
            if (!error) seen = found.finish(latest());
        }
        collect_faults(matcher_, faults);
    });
    auto const gave_up = error;
    detail::catch_bad_alloc(error,
                            [&] { state_.scan_ended(clock_.now(), seen, faults, gave_up); });
    return seen;
}

// Scans, and compares with the baseline.
template <class E, class M, class C, class R>
void basic_reloader<E, M, C, R>::look(std::error_code& error) {
    if constexpr (!incremental_enumerator<E>) {
        snapshot seen = scan(error);
        if (error) return;
        detail::catch_bad_alloc(error, [&] { state_.look(seen); });
    } else {
        state_.scan_began(clock_.now());
        std::vector<finding> faults;
        attempt(error, [&] {
            state_.update().begin(latest(), state_.token());
            enumerator_.refresh(matcher_ref{matcher_}, state_.update(), error);
            collect_faults(matcher_, faults);
        });
        auto const ended = clock_.now();
        detail::catch_bad_alloc(error, [&] {
            if (!error) state_.look(state_.update(), ended);
        });
        auto const gave_up = error;
        detail::catch_bad_alloc(error, [&] {
            snapshot const none;
            state_.scan_ended(ended, gave_up ? none : latest(), faults, gave_up);
        });
    }
}

template <class E, class M, class C, class R>
bool basic_reloader<E, M, C, R>::inherit() {
    if constexpr (handing_strategy<R>) {
        if (snapshot inherited; restart_.inherit(inherited)) {
            state_.resume(std::move(inherited), clock_.now());
            return true;
        }
    }
    return false;
}

template <class E, class M, class C, class R>
void basic_reloader<E, M, C, R>::take_baseline(bool wait, std::error_code& error) {
    if (inherit()) return;
    for (;;) {
        snapshot seen = scan(error);
        if (error) return;
        if (state_.offer_baseline(seen, matcher_)) {
            if constexpr (learning_strategy<R>) restart_.learn(latest());
            return;
        }
        if (!wait) return;
        if (clock_.wait_until(state_.next_scan(), state_.token()) == wake::stopped) return;
    }
}

template <class E, class M, class C, class R>
poll_result basic_reloader<E, M, C, R>::deliver(change_set const& changes) {
    state_.audience().on_delivering(changes);
    std::error_code reason;
    auto result = restart_result::refused;
    auto const thrown = detail::caught([&] {
        if constexpr (handing_strategy<R>) restart_.hand_over(latest());
        result = restart_.restart(changes, reason);
    });
    if (thrown) {
        reason = errc::exception_thrown;
        state_.threw(thrown, {.path = changes[0].path, .error = {}, .operation = "deliver"});
    }
    auto const answered = clock_.now();
    state_.answered(result, reason, answered, suspended_until());
    state_.audience().on_delivered(changes, result, reason, answered);
    if (thrown) std::rethrow_exception(thrown);
    if (result == restart_result::suspended) return outcome(poll_state::settling);
    bool const refused = result == restart_result::refused;
    return outcome(refused ? poll_state::refused : poll_state::delivered);
}

template <class E, class M, class C, class R>
time_point basic_reloader<E, M, C, R>::suspended_until() const {
    if constexpr (suspending_strategy<R>) return restart_.suspended_until();
    return (time_point::max)();
}

} // namespace restat

#include <restat/detail/poll_for.hpp>
#include <restat/detail/run_reloader.hpp>
