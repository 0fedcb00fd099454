#pragma once

#include <restat/change_set.hpp>
#include <restat/clock/waitable_clock.hpp>
#include <restat/restart_result.hpp>
#include <restat/snapshot.hpp>

#include <concepts>
#include <string_view>
#include <system_error>

namespace restat {

class observer;

/// The state of a program, as reported by a supervising strategy.
struct supervision {
    enum class state : unsigned char {
        idle,     ///< no program runs
        running,  ///< the program runs normally
        stopping, ///< the program is being stopped
        pausing,  ///< the program starts again at `next`
    };
    state now = state::idle;
    time_point next = (time_point::max)(); ///< call `supervise` again by then
    bool done = false;                     ///< supervision has ended: `run` returns
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(supervision::state of) noexcept {
    using enum supervision::state;
    switch (of) {
    case idle: return "idle";
    case running: return "running";
    case stopping: return "stopping";
    case pausing: return "pausing";
    }
    return "invalid";
}

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
/// Optional members. The library calls each through a free function, which knows the result for a
/// strategy without the member:
///
/// | member | function | without the member |
/// | --- | --- | --- |
/// | `start` | `start_program` | nothing to start |
/// | `supervise` | `supervise_program` | `idle`, and no next step |
/// | `stop` | `stop_program` | nothing to stop |
/// | `descriptor` | `program_descriptor` | -1 |
/// | `hand_over` | `hand_over_snapshot` | nothing is handed over |
/// | `inherit` | `inherit_snapshot` | false: no handoff |
/// | `learn` | `learn_baseline` | the baseline is not needed |
/// | `suspended_until` | `suspension_end` | `max()`: never suspended |
/// | `observe` | `set_observer` | no findings of its own |
///
/// A wrapper takes all optional members from its base, `forwarding_restart`.
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
/// `basic_reloader::run` and a `reloader_guard` call these members; `poll` and `poll_for` never do.
/// A host with a loop of its own calls them on `strategy()`. `restart` only notes the request, and
/// the next `supervise` begins the work. `run` calls `supervise` before each scan, at `next`, and
/// when the descriptor is readable. Without a descriptor, or with a clock that is no
/// `descriptor_clock`, `run` calls `supervise` every 20 ms. The program may be of any kind: a
/// process, an interpreter, a task in steps.
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

namespace detail {

// Satisfied by types with the optional members, also if they cannot be moved.
template <class R>
concept supervises = requires(R& r, time_point t) {
    r.start(t);
    { r.supervise(t) } -> std::same_as<supervision>;
    r.stop(t);
    { r.descriptor() } -> std::same_as<int>;
};
template <class R>
concept hands_over = requires(R& r, snapshot& s) {
    r.hand_over(s);
    { r.inherit(s) } -> std::same_as<bool>;
};
template <class R>
concept suspends = requires(R const& r) {
    { r.suspended_until() } -> std::same_as<time_point>;
};
template <class R>
concept learns = requires(R& r, snapshot const& s) {
    r.learn(s);
};
template <class R>
concept reports = requires(R& r, observer* o) {
    r.observe(o);
};

} // namespace detail

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

/// Starts the program of a supervising strategy, once the baseline is complete.
template <class R>
void start_program(R& strategy, time_point now) {
    if constexpr (detail::supervises<R>) strategy.start(now);
}

/// Takes the next pending step of a supervising strategy; never blocks.
template <class R>
supervision supervise_program(R& strategy, time_point now) {
    if constexpr (detail::supervises<R>) return strategy.supervise(now);
    return {};
}

/// Begins the final stop of a supervising strategy.
template <class R>
void stop_program(R& strategy, time_point now) {
    if constexpr (detail::supervises<R>) strategy.stop(now);
}

/// Returns the descriptor of a supervising strategy, readable when a step may be pending, or -1.
template <class R>
int program_descriptor(R& strategy) {
    if constexpr (detail::supervises<R>) return strategy.descriptor();
    return -1;
}

/// Passes the state for the next process to a handing strategy, before each `restart`.
template <class R>
void hand_over_snapshot(R& strategy, snapshot const& known) {
    if constexpr (detail::hands_over<R>) strategy.hand_over(known);
}

/// Fills the snapshot from the handoff of the previous process. Returns false without a handoff.
template <class R>
bool inherit_snapshot(R& strategy, snapshot& known) {
    if constexpr (detail::hands_over<R>) return strategy.inherit(known);
    return false;
}

/// Passes a new baseline to a learning strategy.
template <class R>
void learn_baseline(R& strategy, snapshot const& baseline) {
    if constexpr (detail::learns<R>) strategy.learn(baseline);
}

/// Sets the observer of a reporting strategy; null for none.
template <class R>
void set_observer(R& strategy, observer* who) {
    if constexpr (detail::reports<R>) strategy.observe(who);
}

/// Returns the time of the next offer of suspended changes, or `max()`.
template <class R>
time_point suspension_end(R const& strategy) {
    if constexpr (detail::suspends<R>) return strategy.suspended_until();
    return (time_point::max)();
}

} // namespace restat
