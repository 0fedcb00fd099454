#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/detail/processes.hpp>

#include <restat/detail/catch_bad_alloc.hpp>
#include <restat/detail/owned.hpp>
#include <restat/restart/command_options.hpp>
#include <restat/restart/forwarding_restart.hpp>
#include <restat/restart/process_event.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace restat {

/// Decides how a new change affects a running build.
enum class on_newer_change : unsigned char {
    /// Cancels the running build; the next build covers all pending changes. Exception: if every
    /// changed path also changed during each of the last two builds, the build probably writes
    /// those paths itself. Such changes wait for the end of the build.
    cancel,
    follow, ///< lets the running build finish, then starts another build
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(on_newer_change of) noexcept {
    using enum on_newer_change;
    switch (of) {
    case cancel: return "cancel";
    case follow: return "follow";
    }
    return "invalid";
}

/// Describes the build that `build_step` runs; for designated initializers.
struct build_options {
    /// The program and its arguments, such as `{"/bin/sh", "-c", "make -j4"}`.
    std::vector<std::string> command;
    /// `NAME=VALUE` assignments: add variables to the environment, or replace existing variables.
    std::vector<std::string> environment = {};
    on_newer_change when_files_change_again = on_newer_change::cancel;
    /// Guards against builds whose output starts another build.
    loop_guard guard = loop_guard::on;
    int signal = detail::default_signal;                    ///< signal for a graceful stop (TERM)
    std::chrono::nanoseconds grace = detail::default_grace; ///< time until KILL
};

namespace detail {

/// Runs one build at a time and keeps the changes of a build until the build succeeds.
class RESTAT_EXPORT build_runner {
public:
    build_runner(build_options options, std::function<void(process_event const&)> on_event);

    restart_result restart(change_set const& changes, std::error_code& error);
    /// Keeps a copy of the state of the files for the changes of the next `restart`.
    void hand_over(snapshot const& known);
    time_point suspended_until() const noexcept;
    supervision supervise(time_point now);
    void stop();
    void kill() noexcept;
    void freeze() noexcept;
    void thaw() noexcept;

    /// Returns the changes of the last successful build until `answered`; null if there are none.
    change_set const* built() const noexcept;
    /// Returns the state of the files for these changes; null if there is none.
    snapshot const* built_state() const noexcept;
    void answered() noexcept;

    /// Returns a descriptor for both the build and `other`: readable when either may need a step.
    int descriptor_beside(int other) const noexcept;

private:
    struct members;
    owned<members> m_;
};

} // namespace detail

/// A `restart_strategy` that builds first. After a successful build it passes the changes on to
/// another strategy. During the build, and after a failed build, the old program keeps running.
///
///     restat::build_step server{{.command = {"make", "server"}},
///                               restat::command_restart{{.command = {"./server"}}}};
///
/// At most one build runs at a time, and the newest content is always built. The build gets
/// RESTAT_CHANGES and the other variables of `command_options`; its standard input is /dev/null.
/// The wrapped strategy receives all changes since the last successful build.
/// \errors throws `reload_error` if the command is empty or contains a NUL. A failed build is
/// reported to the listener as `ended`, with its exit status
/// \threads as `child_restart`
/// \see child_restart, which documents how the child process starts and stops
template <class Restart>
class build_step : public forwarding_restart<Restart> {
    using forwarding = forwarding_restart<Restart>;
    static_assert(restart_strategy<Restart>,
                  "Restart is no restart_strategy: it needs "
                  "restart(change_set const&, std::error_code&) -> restart_result");

public:
    /// Wraps `strategy`, and builds before each of its restarts. `on_event` gets the events of
    /// the builds.
    /// \errors throws `reload_error` if the command is empty or contains a NUL
    build_step(build_options build, Restart strategy,
               std::function<void(process_event const&)> on_event = {})
        : forwarding{std::move(strategy)}, build_{std::move(build), std::move(on_event)} {}

    /// Starts a build for these changes.
    restart_result restart(change_set const& changes, std::error_code& error) {
        return build_.restart(changes, error);
    }

    /// Keeps a copy of the state for the restart after the build, which gets no state newer than
    /// its changes.
    void hand_over(snapshot const& known) requires handing_strategy<Restart> {
        build_.hand_over(known);
    }

    /// Returns the time at which the restart-loop guard accepts a build suspended by the guard.
    time_point suspended_until() const noexcept { return build_.suspended_until(); }

    /// Starts the wrapped strategy. No build runs before the first change.
    void start(time_point now) { start_program(this->then(), now); }

    /// Advances the build and the wrapped strategy. If the wrapped `restart` throws, this
    /// function completes its step, rethrows, and retries the restart later.
    supervision supervise(time_point now) {
        auto const build = build_.supervise(now);
        auto again = (time_point::max)();
        auto const thrown = detail::caught([&] {
            if (build_.built()) again = hand_on(now);
        });
        supervision seen = supervise_program(this->then(), now);
        if (thrown) std::rethrow_exception(thrown);
        if (build.next < seen.next) seen.next = build.next;
        if (again < seen.next) seen.next = again;
        if (seen.now == supervision::state::idle && !seen.done) seen.now = build.now;
        return seen;
    }

    /// Stops the running build, and the wrapped strategy if it supervises a program.
    void stop(time_point now) {
        build_.stop();
        stop_program(this->then(), now);
    }

    /// Returns a descriptor, readable when a build or the wrapped strategy may need a step; -1
    /// without a descriptor.
    int descriptor() { return build_.descriptor_beside(program_descriptor(this->then())); }

    /// Sends KILL to the running build immediately.
    void kill_build() noexcept { build_.kill(); }
    /// Stops the processes of the running build, or lets them continue, like
    /// `child_restart::freeze` and `thaw`.
    /// \threads any
    void freeze_build() noexcept { build_.freeze(); }
    void thaw_build() noexcept { build_.thaw(); }

private:
    static constexpr std::chrono::milliseconds retry{250};

    /// Offers the built changes to the wrapped strategy. Returns the time of the next attempt,
    /// `max()` after a final answer.
    time_point hand_on(time_point now) {
        std::error_code error;
        if (auto const* const state = build_.built_state())
            hand_over_snapshot(this->then(), *state);
        auto const result = this->then().restart(*build_.built(), error);
        if (result == restart_result::refused) return now + retry;
        if (result == restart_result::suspended) return suspension_ends(now);
        build_.answered();
        return (time_point::max)();
    }
    time_point suspension_ends(time_point now) const {
        auto at = now + retry;
        if constexpr (suspending_strategy<Restart>) // else suspended for no stated time
            at = (std::max)(at, suspension_end(this->then()));
        return at;
    }

    detail::build_runner build_;
};

} // namespace restat
