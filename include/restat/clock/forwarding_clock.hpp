#pragma once

#include <restat/clock/waitable_clock.hpp>

#include <type_traits>
#include <utility>

namespace restat {

/// A base for wrappers of another clock: has each member of the wrapped clock and forwards every
/// call to it. A wrapper redeclares only the members that it changes. A wrapper that changes
/// `wait_until` declares both forms, or takes the other with a using-declaration.
///
///     struct eager_clock : restat::forwarding_clock<restat::interruptible_clock> {
///         using forwarding_clock::forwarding_clock;
///         using forwarding_clock::wait_until; // with a descriptor
///         restat::wake wait_until(restat::time_point when, std::stop_token stop) {
///             return of().wait_until(std::min(when, now() + 5ms), stop);
///         }
///     };
///
/// `Clock` may be a reference to a clock with a longer lifetime than the wrapper.
template <class Clock>
class forwarding_clock {
    using inner = std::remove_reference_t<Clock>;

public:
    /// Stores the wrapped clock, or the reference to it.
    explicit forwarding_clock(Clock of) : of_(std::forward<Clock>(of)) {}
    /// Makes the wrapped clock.
    forwarding_clock() requires std::default_initializable<Clock> : of_{} {}

    time_point now() noexcept { return of_.now(); }
    time_point now() const noexcept requires requires(inner const& k) { k.now(); }
    { return of_.now(); }

    wake wait_until(time_point when, std::stop_token stop) {
        return of_.wait_until(when, std::move(stop));
    }
    wake wait_until(time_point when, std::stop_token stop,
                    int descriptor) requires detail::waits_for_descriptors<inner> {
        return of_.wait_until(when, std::move(stop), descriptor);
    }

    time_point work_now() noexcept requires detail::measures_work<inner> {
        return of_.work_now();
    }
    time_point work_now() const noexcept requires detail::measures_work<inner const> {
        return of_.work_now();
    }

    /// Returns the wrapped clock.
    inner& of() noexcept { return of_; }
    inner const& of() const noexcept { return of_; }

private:
    Clock of_;
};

} // namespace restat
