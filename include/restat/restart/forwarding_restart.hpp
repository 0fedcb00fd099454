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

    void start(time_point now) requires detail::supervises<inner> { then_.start(now); }
    supervision supervise(time_point now) requires detail::supervises<inner> {
        return then_.supervise(now);
    }
    void stop(time_point now) requires detail::supervises<inner> { then_.stop(now); }
    int descriptor() requires detail::supervises<inner> { return then_.descriptor(); }

    void hand_over(snapshot const& known) requires detail::hands_over<inner> {
        then_.hand_over(known);
    }
    bool inherit(snapshot& known) requires detail::hands_over<inner> {
        return then_.inherit(known);
    }
    void learn(snapshot const& baseline) requires detail::learns<inner> { then_.learn(baseline); }
    time_point suspended_until() const requires detail::suspends<inner> {
        return then_.suspended_until();
    }

    void observe(observer* who) requires detail::reports<inner> { then_.observe(who); }

    /// Returns the wrapped strategy.
    inner& then() noexcept { return then_; }
    inner const& then() const noexcept { return then_; }

private:
    Restart then_;
};

} // namespace restat
