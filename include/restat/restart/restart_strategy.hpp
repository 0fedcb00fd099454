#pragma once

#include <restat/change_set.hpp>
#include <restat/restart/strategy_members.hpp>
#include <restat/restart_result.hpp>

#include <concepts>
#include <system_error>

namespace restat {

/// A `restart_strategy` performs the reaction to a change.
///
/// Notation: `r` a value of the type, `v` a `change_set const&`, `c` an `error_code&`, `t` a
/// `time_point`, `s` a `snapshot const&`.
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `r.restart(v, c)` | `restart_result` | may not return; `c` is the reason of a refusal |
///
/// A strategy that supervises no program and hands nothing over needs no member below this line.
///
/// Optional members. `strategy_members.hpp` has the result for a strategy without each of them. A
/// wrapper takes all optional members from its base, `forwarding_restart`.
///
/// A *supervising* strategy has all four of:
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `r.start(t)` | | called once, after the baseline is complete |
/// | `r.supervise(t)` | `supervision` | takes the next pending step; never blocks |
/// | `r.stop(t)` | | begins the final stop; call `supervise` until `idle` |
/// | `r.descriptor()` | `int` | readable when a step may be pending; -1 if there is none |
///
/// `basic_reloader::run` and a `reloader_guard` call these members. So do `poll` and `poll_for` if
/// the host waits for the `descriptor` of the reloader; any other host calls them on `strategy()`.
/// `restart` only notes the request, and the next `supervise` begins the work. `run` calls
/// `supervise` before each scan, at `next`, and when the descriptor is readable. Without a
/// descriptor, or with a clock that is no `descriptor_clock`, `run` calls `supervise` every 20 ms.
/// The program may be of any kind: a process, an interpreter, a task in steps.
///
/// A *handing* strategy, whose restart replaces this process, has both of:
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `r.hand_over(s)` | | called before each `restart` with the state for the next process |
/// | `r.inherit(s)` | `bool` | fills the `snapshot&` from the previous process's handoff |
///
/// The snapshot stays valid until that `restart` returns. A wrapper that calls the wrapped
/// `restart` later keeps a copy, and hands this copy over before each of these calls.
///
/// A *learning* strategy has:
///
/// | expression | meaning |
/// | --- | --- |
/// | `r.learn(s)` | called with each baseline taken here, not inherited by a handoff |
///
/// A *suspending* strategy, which may return `suspended`, has:
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `r.suspended_until()` | `time_point` | the time of the next offer of the changes |
///
/// A *reporting* strategy, which sends findings of its own, has:
///
/// | expression | meaning |
/// | --- | --- |
/// | `r.observe(p)` | called with the `observer*` of the reloader, null for none |
///
/// Rules beyond the compiler's checks: the old program ends only when the new one can start, and
/// the new program starts only when every process of the old one is gone. A refused restart
/// leaves the old program and its state unchanged. An exception of `restart` or `hand_over`
/// counts as `refused`; see `basic_reloader` for exceptions of the other members.
///
/// Models: `exec_restart`, `fork_restart` and `command_restart` by their base `child_restart`,
/// `callback_restart`, `module_restart`, `testing::recording_restart`.
template <class R>
concept restart_strategy = std::move_constructible<R> &&
    requires(R& r, change_set const& v, std::error_code& c) {
    { r.restart(v, c) } -> std::same_as<restart_result>;
};

/// A strategy that supervises a running program.
template <class R>
concept supervising_strategy = restart_strategy<R> && detail::supervises<R>;

/// A strategy that hands the known state of the files to the next process.
template <class R>
concept handing_strategy = restart_strategy<R> && detail::hands_over<R>;

/// A strategy that can postpone changes until a time of its choice.
template <class R>
concept suspending_strategy = restart_strategy<R> && detail::suspends<R>;

/// A strategy that needs the baseline, so it can compare changed files with their earlier state.
template <class R>
concept learning_strategy = restart_strategy<R> && detail::learns<R>;

/// A strategy that sends findings to the observer of its reloader.
template <class R>
concept reporting_strategy = restart_strategy<R> && detail::reports<R>;

} // namespace restat
