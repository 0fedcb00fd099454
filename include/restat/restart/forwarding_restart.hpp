#pragma once

#include <restat/restart/restart_strategy.hpp>

#include <type_traits>
#include <utility>

namespace restat {

/// A base for wrappers of another strategy: provides each member of the wrapped strategy and
/// forwards every call to it. A wrapper redeclares only the members it changes.
///
///     template <class Restart>
///     struct logged_restart : restat::forwarding_restart<Restart> {
///         using restat::forwarding_restart<Restart>::forwarding_restart;
///         restat::restart_result restart(restat::change_set const& changes, std::error_code& e) {
///             log(changes);
///             return this->then().restart(changes, e);
///         }
///     };
///
/// `Restart` may be a reference to a strategy with a longer lifetime than the wrapper.
template <class Restart>
class forwarding_restart {
    using inner = std::remove_reference_t<Restart>;

public:
    /// Stores the wrapped strategy, or the reference to it.
    explicit forwarding_restart(Restart strategy) : then_(std::forward<Restart>(strategy)) {}

    restart_result restart(change_set const& changes, std::error_code& error) {
        return then_.restart(changes, error);
    }

    void start(time_point now) requires requires(inner& r) { r.start(now); }
    { then_.start(now); }
    supervision supervise(time_point now) requires requires(inner& r) { r.supervise(now); }
    { return then_.supervise(now); }
    void stop(time_point now) requires requires(inner& r) { r.stop(now); }
    { then_.stop(now); }
    int descriptor() requires requires(inner& r) { r.descriptor(); }
    { return then_.descriptor(); }

    time_point suspended_until() const requires requires(inner const& r) { r.suspended_until(); }
    { return then_.suspended_until(); }

    void hand_over(snapshot const& known) requires requires(inner& r) { r.hand_over(known); }
    { then_.hand_over(known); }
    bool inherit(snapshot& known) requires requires(inner& r) { r.inherit(known); }
    { return then_.inherit(known); }

    void learn(snapshot const& baseline) requires requires(inner& r) { r.learn(baseline); }
    { then_.learn(baseline); }

    void observe(observer* who) requires requires(inner& r) { r.observe(who); }
    { then_.observe(who); }

    /// Returns the wrapped strategy.
    inner& then() noexcept { return then_; }
    inner const& then() const noexcept { return then_; }

private:
    Restart then_;
};

} // namespace restat
