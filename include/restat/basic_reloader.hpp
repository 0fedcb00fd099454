#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled.hpp>
#else
#include <restat/clock/waitable_clock.hpp>
#include <restat/detail/descriptor_loop.hpp>
#include <restat/detail/poll_loop.hpp>
#include <restat/detail/reloader_state.hpp>
#include <restat/detail/run_loop.hpp>
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
/// \threads `stop` from any thread and from inside a callback; `own_write` and `failure` from any
/// thread; all others from one thread at a time. A callback must not destroy the reloader: it calls
/// `stop`, and the caller of `run` destroys the reloader afterwards.
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
        , state_{schedule, ability} {}

    /// Makes the policies from `options` alone, as those of `stat_reloader`.
    explicit basic_reloader(
        options const& from = {}) requires std::constructible_from<Enumerator, options const&> &&
        std::constructible_from<Matcher, options const&> && std::default_initializable<Clock> &&
        (std::default_initializable<Restart> || std::constructible_from<Restart, options const&>)
        : enumerator_(from)
        , matcher_(from)
        , clock_{}
        , restart_(make_restart(from))
        , state_{schedule_of(from), ability} {
        observe(from.observer);
        if constexpr (!compares_itself) state_.compare(from.compare, {});
    }

    basic_reloader(basic_reloader const&) = delete;
    basic_reloader& operator=(basic_reloader const&) = delete;
    ~basic_reloader() = default;

    /// Takes the baseline, to which later scans are compared. Waits until each record is final: a
    /// tick of the kernel after the last write, or at most 3 seconds. Anything loaded or started
    /// after this call sees files at least as new as the baseline.
    /// \errors as `poll`; `operation_canceled` if stopped; `device_or_resource_busy` from inside a
    /// callback of a poll
    void baseline(std::error_code& error) {
        polls().baseline(error);
        arm();
    }
    void baseline();
    bool has_baseline() const noexcept { return state_.has_baseline(); }

    /// Takes a snapshot of an earlier time as the baseline, such as one from `load_snapshot`. The
    /// next scan finds the changes since that time. A snapshot that a process before an exec handed
    /// over is newer, and is taken instead. Returns false, and changes nothing, if there already is
    /// a baseline. A strategy that needs the baseline (`learning_strategy`) does not receive this.
    bool resume(snapshot known) {
        bool const is_taken = polls().resume(std::move(known));
        arm();
        return is_taken;
    }

    /// One step: scans, settles, delivers. Takes the baseline first if there is none, without
    /// waiting. Throws the exception of a callback once per attempt; the changes stay pending.
    poll_result poll(std::error_code& error) {
        auto const* const by = state_.by_descriptor();
        return by ? by->poll(this, error) : polls().poll(error);
    }
    poll_result poll();

    /// Takes a slice of a step, on the caller's thread alone: continues a scan within `budget`, or
    /// begins the next scan if its time has come, then settles and delivers. Up to half of the
    /// budget goes first to pinned and recently edited files. An edit of a known file is delivered
    /// before the scan ends; added and removed names are delivered after its end. A change is
    /// rechecked after its quiet period, unless `max_wait` expires first. For added and removed
    /// names, the recheck scans only their directories. The baseline is taken in slices, too. Files
    /// hinted by the enumerator are checked before all others; hinted directories are scanned once
    /// no other scan is paused.
    ///
    /// The comparison with the last snapshot and the preparation of a delivery also stay within the
    /// budget. If they take several slices, these slices do not scan. After a change of rules, a
    /// scan ends with the sort of the hidden and the revealed paths. This sort may also take
    /// several slices, which check priority files, too. A `poll` between two slices is a whole
    /// scan, and drops the scan in slices.
    /// \cost at most the budget and one entry, by `work_now` of the clock, beside the time of the
    /// callback. The entry may be the first priority file: if it has changed, its check opens each
    /// directory above. Returning the memory of a delivery to the system may add a few
    /// milliseconds after 100,000 changes. An enumerator that is no `incremental_enumerator` makes
    /// a whole scan
    /// \errors as `poll`; the scan begins anew
    slice_result poll_for(std::chrono::nanoseconds budget, std::error_code& error) {
        auto const* const by = state_.by_descriptor();
        return by ? by->poll_for(this, budget, error) : polls().poll_for(budget, error);
    }
    slice_result poll_for(std::chrono::nanoseconds budget);

    /// Gives a file, or every file below a directory, priority: each slice checks it first. A path
    /// that does not exist yet gets priority after a scan has found it. An empty path is ignored.
    void pin(std::string_view path) { state_.pin(path); }
    void unpin(std::string_view path) { state_.unpin(path); }

    /// Returns a descriptor for the event loop of the host: readable when `poll` or `poll_for` has
    /// work to do. The work is a scan or a delivery whose time has come, a hint, or a step of the
    /// strategy. Each of these calls arms the descriptor anew, so afterwards it is not readable
    /// unless more work is due. The host only waits for it: epoll, poll, Asio, libuv, GLib, Qt.
    ///
    ///     int const ready = reloader.descriptor();
    ///     for (;;) {
    ///         wait_until_readable(ready);
    ///         reloader.poll();
    ///     }
    ///
    /// After the first call, a `poll` while the descriptor is readable does only the due work, like
    /// `run`; any other `poll` scans everything. Both verbs also start the program of a supervising
    /// strategy after the baseline, and supervise the program, so the host does neither. The host
    /// does not call `run`. The descriptor belongs to the reloader: no caller reads or closes it.
    /// It is close-on-exec. A forked process makes a reloader of its own.
    ///
    /// The descriptor counts time by the monotonic clock of the system: the span from `now()` of
    /// the clock to the next work. With a clock of another kind, such as `manual_clock`, the host
    /// calls this function again after that clock has advanced, which arms the descriptor anew.
    /// An `interrupt` of the clock does not make the descriptor readable: the host calls `poll`.
    /// \errors the code of the system if it refuses a descriptor; the result is -1
    /// \cost three descriptors, and up to four system calls for each poll; none without this call
    [[nodiscard]] int descriptor(std::error_code& error);
    [[nodiscard]] int descriptor();

    /// Takes the baseline if there is none, starts what the strategy looks after, and polls until
    /// stopped or until that has ended for good. Ends what the strategy looks after.
    /// \errors of the baseline; `device_or_resource_busy` from inside a callback of a poll
    void run(std::stop_token stop, std::error_code& error) {
        run_loop{polls()}.run(std::move(stop), error);
    }
    void run(std::stop_token stop);
    void run() { run(std::stop_token{}); }

    /// Returns the last exception of a scan or of the strategy, or null if none was thrown. Any
    /// thread.
    std::exception_ptr failure() const noexcept { return state_.failure(); }

    /// Ends `run`, now or when it begins, and a scan or a wait that is under way.
    void stop() noexcept { state_.stop(); }

    /// What the last scan saw.
    snapshot const& latest() const noexcept { return state_.latest(); }

    /// Returns the state of the files as the strategy knows it: what the last scan saw, without
    /// the changes that are still pending. Empty before the baseline. A later process resumes from
    /// this snapshot; a file without a final record is then delivered once more.
    /// \cost copies the snapshot
    /// \see save_snapshot
    snapshot delivered() const { return state_.delivered(); }

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
    void observe(observer* who) {
        set_observer(restart_, who);
        state_.observe(who);
    }

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
    void rules_changed() noexcept { state_.rules_changed(); }

    /// Selects the differences that count as a change; call it before the baseline. Contents are
    /// read with `files`; none for the files of this system.
    /// \see compare_contents
    void compare(comparison by, detail::owned<detail::file_reader> files = {}) {
        state_.compare(by, std::move(files));
    }

    /// Returns the files that the host writes itself, for `own_write`. Any thread.
    detail::own_writes& own_writes() noexcept { return state_.own_writes(); }

private:
    using poll_loop = detail::poll_loop<Enumerator, Matcher, Clock, Restart>;
    using descriptor_loop = detail::descriptor_loop<Enumerator, Matcher, Clock, Restart>;
    using run_loop = detail::run_loop<Enumerator, Matcher, Clock, Restart>;
    static constexpr auto ability = incremental_enumerator<Enumerator>
                                        ? detail::scan_ability::in_slices
                                        : detail::scan_ability::whole_only;

    static constexpr bool compares_itself =
        std::constructible_from<Restart, options const&> && detail::learns<Restart>;

    static Restart make_restart(options const& from) {
        if constexpr (std::constructible_from<Restart, options const&>) {
            return Restart(from);
        } else {
            detail::refuse_strategy_options(from);
            return Restart{};
        }
    }

    poll_loop polls() noexcept { return {enumerator_, matcher_, clock_, restart_, state_}; }
    descriptor_loop waited() noexcept { return {{polls()}}; }
    void arm() noexcept {
        if (auto const* const by = state_.by_descriptor()) by->arm(this);
    }

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
void basic_reloader<E, M, C, R>::baseline() {
    std::error_code error;
    baseline(error);
    if (error) detail::throw_error(error, "take the baseline");
}

template <class E, class M, class C, class R>
poll_result basic_reloader<E, M, C, R>::poll() {
    std::error_code error;
    auto const result = poll(error);
    if (error) detail::throw_error(error, "scan");
    return result;
}

template <class E, class M, class C, class R>
slice_result basic_reloader<E, M, C, R>::poll_for(std::chrono::nanoseconds budget) {
    std::error_code error;
    auto const result = poll_for(budget, error);
    if (error) detail::throw_error(error, "scan");
    return result;
}

// Only a host that asks for the descriptor pays for the code behind these calls.
template <class E, class M, class C, class R>
int basic_reloader<E, M, C, R>::descriptor(std::error_code& error) {
    static constexpr detail::descriptor_calls calls{
        [](void* of, std::error_code& failure) {
            return static_cast<basic_reloader*>(of)->waited().poll(failure);
        },
        [](void* of, std::chrono::nanoseconds budget, std::error_code& failure) {
            return static_cast<basic_reloader*>(of)->waited().poll_for(budget, failure);
        },
        [](void* of) noexcept { static_cast<basic_reloader*>(of)->waited().arm(); }};
    int const number = state_.open_descriptor(calls, error);
    arm();
    return number;
}

template <class E, class M, class C, class R>
int basic_reloader<E, M, C, R>::descriptor() {
    std::error_code error;
    int const number = descriptor(error);
    if (error) detail::throw_error(error, "open a descriptor for the event loop");
    return number;
}

template <class E, class M, class C, class R>
void basic_reloader<E, M, C, R>::run(std::stop_token stop) {
    std::error_code error;
    run(std::move(stop), error);
    if (error) detail::throw_error(error, "take the baseline");
}

} // namespace restat
#endif
