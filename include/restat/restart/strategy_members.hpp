#pragma once

#include <restat/restart/supervision.hpp>
#include <restat/snapshot.hpp>
#include <restat/time_point.hpp>

#include <concepts>

/// The optional members of a `restart_strategy`. The library calls each through a free function,
/// which knows the result for a strategy without the member:
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
namespace restat {

class observer;

namespace detail {

// Satisfied by types with the members, also if they cannot be moved.
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
