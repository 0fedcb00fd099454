#pragma once

#include <restat/change_set.hpp>
#include <restat/clock/waitable_clock.hpp>
#include <restat/restart_result.hpp>
#include <restat/snapshot.hpp>

#include <concepts>
#include <system_error>

namespace restat {

/// What a strategy that looks after a running program has to say of it.
struct supervision {
    enum class state : unsigned char {
        idle,     ///< nothing runs
        running,  ///< as it should
        stopping, ///< asked to end
        pausing,  ///< to be started again at `next`
    };
    state now = state::idle;
    time_point next = (time_point::max)(); ///< call `supervise` again by then
    bool done = false;                     ///< it ended for good: `run` returns
};

/// A `restart_strategy` does what a change asks for.
///
/// Notation: `r` a value of the type, `v` a `change_set const&`, `c` an `error_code&`, `t` a
/// `time_point`, `s` a `snapshot const&`.
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `r.restart(v, c)` | `restart_result` | may not return; `c` says why it was refused |
///
/// A *supervising* strategy has all four of:
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `r.start(t)` | | called once, when the baseline stands |
/// | `r.supervise(t)` | `supervision` | takes whatever step is due; never blocks |
/// | `r.stop(t)` | | begins to end the program for good; `supervise` until `idle` |
/// | `r.descriptor()` | `int` | readable when a step may be due; -1 if there is none |
///
/// A *handing* strategy, whose restart replaces this process, has both of:
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `r.hand_over(s)` | | called before each `restart`: what the next process starts from |
/// | `r.inherit(s)` | `bool` | fills the `snapshot&` that the process before handed over |
///
/// A *learning* strategy has:
///
/// | expression | meaning |
/// | --- | --- |
/// | `r.learn(s)` | called when a baseline was taken, which no process before handed over |
///
/// A *suspending* strategy, which may answer `suspended`, has:
///
/// | expression | result | meaning |
/// | --- | --- | --- |
/// | `r.suspended_until()` | `time_point` | when the changes are to be offered again |
///
/// Rules that a compiler cannot see: the old program ends only when the new one can start, and
/// the new one starts only when all of the old one is gone; a restart that was refused left
/// everything as it was. An exception of `restart` or `hand_over` counts as `refused`; see
/// `basic_reloader` for the others.
///
/// Models: `exec_restart`, `fork_restart`, `command_restart`, `callback_restart`.
template <class R>
concept restart_strategy = std::move_constructible<R> &&
    requires(R& r, change_set const& v, std::error_code& c) {
    { r.restart(v, c) } -> std::same_as<restart_result>;
};

/// A strategy that looks after a running program.
template <class R>
concept supervising_strategy = restart_strategy<R> && requires(R& r, time_point t) {
    r.start(t);
    { r.supervise(t) } -> std::same_as<supervision>;
    r.stop(t);
    { r.descriptor() } -> std::same_as<int>;
};

/// A strategy that gives what is known to the process that comes after this one.
template <class R>
concept handing_strategy = restart_strategy<R> && requires(R& r, snapshot& s) {
    r.hand_over(s);
    { r.inherit(s) } -> std::same_as<bool>;
};

/// A strategy that can put changes off until a moment of its choice.
template <class R>
concept suspending_strategy = restart_strategy<R> && requires(R const& r) {
    { r.suspended_until() } -> std::same_as<time_point>;
};

/// A strategy that wants to know what the files were like that changes are told of.
template <class R>
concept learning_strategy = restart_strategy<R> && requires(R& r, snapshot const& s) {
    r.learn(s);
};

} // namespace restat
