#pragma once

#include <restat/clock/waitable_clock.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/matcher/explanation.hpp>
#include <restat/matcher/path_matcher.hpp>
#include <restat/restart/restart_strategy.hpp>
#include <restat/testing/file_system_conformance.hpp>

#include <functional>
#include <string>
#include <vector>

/// Checks of the rules that a compiler cannot see, one for each concept. Each gives a sentence
/// for every rule that the model breaks, and none for a good model:
///
///     for (auto const& sentence : restat::testing::check_clock(my_clock)) FAIL(sentence);
namespace restat::testing {

/// Paths of many kinds, hostile ones among them, to ask a matcher about.
std::vector<std::string> sample_paths();

namespace detail {

using match = std::function<verdict(candidate const&)>;
using explained = std::function<explanation(candidate const&)>;
using collect = std::function<void(std::vector<finding>&)>;
using enumerate = std::function<void(matcher_ref, snapshot_builder&, std::error_code&)>;
using born = std::function<bool(std::string_view, stat_record const&, stamp&)>;
using refresh = std::function<void(matcher_ref, snapshot_update&, std::error_code&)>;
using wait = std::function<wake(time_point, std::stop_token)>;
using wait_descriptor = std::function<wake(time_point, std::stop_token, int)>;

struct clock_calls {
    std::function<time_point()> now;
    wait wait_until;
    wait_descriptor wait_until_readable = nullptr;  // none if the clock has no such wait
    std::function<time_point()> work_now = nullptr; // none if the steady clock measures work
};

struct strategy_calls {
    std::function<void(time_point)> start;
    std::function<supervision(time_point)> supervise;
    std::function<void(time_point)> stop;
    std::function<int()> descriptor;
};

struct matcher_calls {
    match ask;
    explained explain;
    collect faults;
};

sentences check_matcher(matcher_calls const& matcher, std::vector<std::string> const& paths);
sentences check_enumerator(enumerate const& list, born const& tell_birth);
sentences check_refresh(enumerate const& list, refresh const& update,
                        std::vector<std::function<void()>> const& edits);
sentences check_clock(clock_calls const& clock,
                      std::function<void(std::chrono::nanoseconds)> const& pass);
sentences check_outcome(restart_result result, std::error_code error);
sentences check_supervision(strategy_calls const& strategy, std::chrono::nanoseconds limit);

} // namespace detail

/// Asks for each path, as a file and as a directory: the same verdict each time, from several
/// threads, and when explained, soon; faults are appended, and told once.
/// \cost threads that end before it returns
template <path_matcher M>
sentences check_matcher(M const& matcher, std::vector<std::string> const& paths) {
    return detail::check_matcher(
        {[&](candidate const& path) { return static_cast<verdict>(matcher(path)); },
         [&](candidate const& path) { return explain(matcher, path); },
         [&](std::vector<finding>& into) { collect_faults(matcher, into); }},
        paths);
}
template <path_matcher M>
sentences check_matcher(M const& matcher) {
    return check_matcher(matcher, sample_paths());
}

/// Of a matcher of files: no directory on the way to an included path may be excluded, or the
/// path would not be found.
sentences check_reachable(matcher_ref matcher, std::vector<std::string> const& paths);

/// Lists a tree, which must hold still meanwhile, under several matchers: obeys each, asks before
/// it opens or adds, adds files only, lists the same again, gives up in the right way. Of the files
/// in it, it may tell when they were made, but not of others.
template <file_enumerator E>
sentences check_enumerator(E& enumerator) {
    return detail::check_enumerator(
        [&](matcher_ref m, snapshot_builder& b, std::error_code& c) {
            enumerator.enumerate(m, b, c);
        },
        [&](std::string_view path, stat_record const& of, stamp& made) {
            return birth_ref{enumerator}(path, of, made);
        });
}

/// Brings what is known up to date - at first, again, after each of the edits, under other matchers
/// and rules, after it was stopped - and lists anew beside it: both come to the same, and the
/// changes told are those that there are. But for the edits, the tree must hold still.
template <incremental_enumerator E>
sentences check_refresh(E& enumerator, std::vector<std::function<void()>> const& edits = {}) {
    return detail::check_refresh([&](matcher_ref m, snapshot_builder& b,
                                     std::error_code& c) { enumerator.enumerate(m, b, c); },
                                 [&](matcher_ref m, snapshot_update& u, std::error_code& c) {
                                     enumerator.refresh(m, u, c);
                                 },
                                 edits);
}

/// Waits in each way that a wait can end, and works for some milliseconds if the clock measures
/// work. `pass` lets the time of a fake pass; a real clock needs none.
/// \cost about half a second; three if the clock is broken
template <waitable_clock K>
sentences check_clock(K& clock, std::function<void(std::chrono::nanoseconds)> const& pass = {}) {
    detail::clock_calls calls{
        [&] { return time_point{clock.now()}; },
        [&](time_point t, std::stop_token s) { return clock.wait_until(t, std::move(s)); }};
    if constexpr (descriptor_clock<K>) {
        calls.wait_until_readable = [&](time_point t, std::stop_token s, int d) {
            return clock.wait_until(t, std::move(s), d);
        };
    }
    if constexpr (work_clock<K>) calls.work_now = [&] { return time_point{clock.work_now()}; };
    return detail::check_clock(calls, pass);
}

/// Asks once for a restart, which must return: a refusal has its reason, all else has none.
template <restart_strategy R>
sentences check_restart(R& strategy, change_set const& changes) {
    std::error_code error;
    auto const result = strategy.restart(changes, error);
    return detail::check_outcome(result, error);
}

/// Starts what a fresh strategy looks after, and stops it: no step blocks, each wait has an end,
/// nothing is left after `limit`.
template <supervising_strategy R>
sentences check_supervision(R& strategy, std::chrono::nanoseconds limit) {
    return detail::check_supervision({[&](time_point t) { strategy.start(t); },
                                      [&](time_point t) { return strategy.supervise(t); },
                                      [&](time_point t) { strategy.stop(t); },
                                      [&] { return strategy.descriptor(); }},
                                     limit);
}

/// Asks for what was handed over where nothing was: the snapshot stays as it is.
template <handing_strategy R>
sentences check_no_heir(R& strategy) {
    snapshot_builder builder;
    builder.add("kept", {});
    snapshot known = builder.finish();
    if (!strategy.inherit(known)) {
        if (known.size() == 1) return {};
        return {"inherit() changed the snapshot though it had nothing to fill it with"};
    }
    return {"inherit() says that a process before this one handed something over"};
}

} // namespace restat::testing
