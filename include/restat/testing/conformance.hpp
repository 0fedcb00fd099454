#pragma once

#include <restat/clock/waitable_clock.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/matcher/path_matcher.hpp>
#include <restat/restart/restart_strategy.hpp>
#include <restat/testing/file_system_conformance.hpp>

#include <functional>
#include <string>
#include <vector>

/// Checks of the rules beyond the compiler's checks, one function for each concept. Each function
/// returns a sentence for every violated rule, and nothing for a correct model:
///
///     for (auto const& sentence : restat::testing::check_clock(my_clock)) FAIL(sentence);
namespace restat::testing {

/// A file with rules for the directory that holds it: ".gitignore", "*.o", "a.o".
struct rules_file {
    std::string name;
    std::string text;
    std::string affected; ///< the name of a file in the same directory with another verdict
};

/// Returns paths of many kinds, including hostile names, for tests of a matcher.
std::vector<std::string> sample_paths();

namespace detail {

using match = std::function<verdict(candidate const&)>;
using explained = std::function<explanation(candidate const&)>;
using collect = std::function<void(std::vector<finding>&)>;
using enumerate = std::function<void(matcher_ref, snapshot_builder&, std::error_code&)>;
using birth_time = std::function<bool(std::string_view, stat_record const&, stamp&)>;
using refresh = std::function<void(matcher_ref, snapshot_update&, std::error_code&)>;
using wait = std::function<wake(time_point, std::stop_token)>;
using wait_descriptor = std::function<wake(time_point, std::stop_token, int)>;

struct hint_calls {
    enumerate list;
    std::function<void(snapshot const&, hint_list&)> take;
    std::function<event_coverage()> coverage;
    refresh update = nullptr; // empty without incremental scans
};

struct clock_calls {
    std::function<time_point()> now;
    wait wait_until;
    wait_descriptor wait_until_readable = nullptr;  // empty if the clock has no such wait
    std::function<time_point()> work_now = nullptr; // empty if the steady clock measures work
};

struct strategy_calls {
    std::function<void(time_point)> start;
    std::function<supervision(time_point)> supervise;
    std::function<void(time_point)> stop;
    std::function<int()> descriptor;
};

struct matcher_calls {
    match ask;
    match previous;
    explained explain;
    collect faults;
};

struct rules_calls : matcher_calls {
    std::function<directory_rules(candidate const&, directory_reader&)> enter;
};

/// Returns the calls of a matcher, with the result for each member that it does not have.
template <path_matcher M>
matcher_calls calls_of(M const& matcher) {
    return {[&](candidate const& path) { return static_cast<verdict>(matcher(path)); },
            [&](candidate const& path) { return previous_verdict_of(matcher, path); },
            [&](candidate const& path) { return explain(matcher, path); },
            [&](std::vector<finding>& into) { collect_faults(matcher, into); }};
}

[[nodiscard]] sentences check_matcher(matcher_calls const& matcher,
                                      std::vector<std::string> const& paths);
[[nodiscard]] sentences check_rules(rules_calls const& matcher, rules_file const& file);
[[nodiscard]] sentences check_enumerator(enumerate const& list, birth_time const& birth_of);
[[nodiscard]] sentences check_refresh(enumerate const& list, refresh const& update,
                                      std::vector<std::function<void()>> const& edits);
[[nodiscard]] sentences check_hints(hint_calls const& calls,
                                    std::vector<std::function<void()>> const& edits);
[[nodiscard]] sentences check_clock(clock_calls const& clock,
                                    std::function<void(std::chrono::nanoseconds)> const& pass);
[[nodiscard]] sentences check_outcome(restart_result result, std::error_code error);
[[nodiscard]] sentences check_supervision(strategy_calls const& strategy,
                                          std::chrono::nanoseconds limit);

} // namespace detail

/// Checks a matcher: asks for each path, as a file and as a directory, repeatedly and from
/// several threads. Every answer and every explanation must give the same verdict within the time
/// limit; so must `previous_verdict`, as no rules have changed. Faults must be appended, and
/// reported once. The matcher must be new: no scan has used it.
/// \cost a few threads, ended before the return
template <path_matcher M>
[[nodiscard]] sentences check_matcher(M const& matcher, std::vector<std::string> const& paths) {
    return detail::check_matcher(detail::calls_of(matcher), paths);
}
/// Checks a matcher with `sample_paths`.
template <path_matcher M>
[[nodiscard]] sentences check_matcher(M const& matcher) {
    return check_matcher(matcher, sample_paths());
}

/// Checks `on_directory` and `previous_verdict` of a matcher with rules from the tree. From scan to
/// scan, the rules file appears, stays, becomes unreadable and disappears; each scan starts over
/// once. The matcher must report each change once, keep unreadable rules, and know the verdict of
/// the scan before. The matcher must be new: no scan has used it.
template <entering_matcher M>
    requires remembering_matcher<M>
[[nodiscard]] sentences check_rules(M const& matcher, rules_file const& file) {
    return detail::check_rules({detail::calls_of(matcher),
                                [&](candidate const& directory, directory_reader& reader) {
                                    return matcher.on_directory(directory, reader);
                                }},
                               file);
}

/// Checks a file matcher: the matcher must not exclude any directory above an included path, or
/// the scan would never find the path.
[[nodiscard]] sentences check_reachable(matcher_ref matcher,
                                        std::vector<std::string> const& paths);

/// Checks an enumerator: lists a tree under several matchers. The enumerator must obey each
/// matcher, ask before opening or adding a path, add only files, list the same again, and stop
/// correctly. The enumerator may know the birth times of its own files, but not of other files.
/// The tree must not change during the check.
template <file_enumerator E>
[[nodiscard]] sentences check_enumerator(E& enumerator) {
    return detail::check_enumerator(
        [&](matcher_ref m, snapshot_builder& b, std::error_code& c) {
            enumerator.enumerate(m, b, c);
        },
        [&](std::string_view path, stat_record const& of, stamp& made) {
            return birth_ref{enumerator}(path, of, made);
        });
}

/// Checks an incremental enumerator: refreshes a snapshot first, again, after each of the edits,
/// under different matchers and rules, and after a stop. Each refresh must agree with a new
/// listing, and must report exactly the actual changes. Except for the edits, the tree must not
/// change during the check.
template <incremental_enumerator E>
[[nodiscard]] sentences check_refresh(E& enumerator,
                                      std::vector<std::function<void()>> const& edits = {}) {
    return detail::check_refresh([&](matcher_ref m, snapshot_builder& b,
                                     std::error_code& c) { enumerator.enumerate(m, b, c); },
                                 [&](matcher_ref m, snapshot_update& u, std::error_code& c) {
                                     enumerator.refresh(m, u, c);
                                 },
                                 edits);
}

/// Checks the hints of an enumerator: after each of the edits, a scan of only the hinted paths must
/// find what a whole listing finds, and every hint must be given once. Without incremental scans,
/// an edit must lead to some hint. Except for the edits, the tree must not change during the check.
template <hinting_enumerator E>
[[nodiscard]] sentences check_hints(E& enumerator,
                                    std::vector<std::function<void()>> const& edits) {
    detail::hint_calls calls{
        [&](matcher_ref m, snapshot_builder& b, std::error_code& c) {
            enumerator.enumerate(m, b, c);
        },
        [&](snapshot const& latest, hint_list& into) { enumerator.take_hints(latest, into); },
        [&] { return coverage(enumerator); }};
    if constexpr (incremental_enumerator<E>) {
        calls.update = [&](matcher_ref m, snapshot_update& u, std::error_code& c) {
            enumerator.refresh(m, u, c);
        };
    }
    return detail::check_hints(calls, edits);
}

/// Checks a clock: ends a wait in each possible way, and works for some milliseconds if the clock
/// measures work. `pass` advances the time of a fake; a real clock needs no `pass`.
/// \cost about half a second; three seconds if the clock is broken
template <waitable_clock K>
[[nodiscard]] sentences check_clock(
    K& clock, std::function<void(std::chrono::nanoseconds)> const& pass = {}) {
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

/// Checks a strategy: requests a restart once; the call must return. A refusal must have a
/// reason, every other result none.
template <restart_strategy R>
[[nodiscard]] sentences check_restart(R& strategy, change_set const& changes) {
    std::error_code error;
    auto const result = strategy.restart(changes, error);
    return detail::check_outcome(result, error);
}

/// Checks supervision: starts the program of a fresh strategy, and stops it. No step may block,
/// each wait must have a limit, and no process may remain after `limit`.
template <supervising_strategy R>
[[nodiscard]] sentences check_supervision(R& strategy, std::chrono::nanoseconds limit) {
    return detail::check_supervision({[&](time_point t) { strategy.start(t); },
                                      [&](time_point t) { return strategy.supervise(t); },
                                      [&](time_point t) { strategy.stop(t); },
                                      [&] { return strategy.descriptor(); }},
                                     limit);
}

/// Checks `inherit` without a previous process: the snapshot must stay unchanged.
template <handing_strategy R>
[[nodiscard]] sentences check_no_handoff(R& strategy) {
    snapshot_builder builder;
    builder.add("kept", {});
    snapshot known = builder.finish();
    if (!strategy.inherit(known)) {
        if (known.size() == 1) return {};
        return {"inherit() changed the snapshot although it returned false"};
    }
    return {"inherit() returned true without a previous process"};
}

} // namespace restat::testing
