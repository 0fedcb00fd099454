#pragma once

#include <restat/detail/owned.hpp>
#include <restat/detail/within_memory.hpp>
#include <restat/restart/command_options.hpp>
#include <restat/restart/forwarding_restart.hpp>
#include <restat/restart/process_event.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

namespace restat {

/// What a change does to a build that runs.
enum class on_newer_change : unsigned char {
    /// It is ended, and the next one builds all. Not so for paths alone that changed during each of
    /// the last two builds as well, as what a build writes itself does: those wait for its end.
    cancel,
    follow, ///< it runs to its end, and another one follows
};

/// What `build_step` runs; for designated initialisers.
struct build_options {
    /// The program and its arguments, such as `{"/bin/sh", "-c", "make -j4"}`.
    std::vector<std::string> command;
    /// `NAME=VALUE`, added to the environment or in place of what it has.
    std::vector<std::string> environment = {};
    on_newer_change when_files_change_again = on_newer_change::cancel;
    loop_guard guard = loop_guard::on; ///< against builds that start builds
    int signal = 15;                   ///< how it is asked to end (TERM)
    std::chrono::nanoseconds grace = std::chrono::seconds{3}; ///< until KILL
};

namespace detail {

/// Runs builds, one at a time, and keeps what they are for until one goes well.
class RESTAT_EXPORT build_runner {
public:
    build_runner(build_options options, std::function<void(process_event const&)> tell);

    restart_result restart(change_set const& changes, std::error_code& error);
    time_point suspended_until() const noexcept;
    supervision supervise(time_point now);
    void stop();
    void kill() noexcept;
    void freeze() noexcept;
    void thaw() noexcept;

    /// What was built well and has not been answered for; null if nothing was.
    change_set const* built() const noexcept;
    void answered() noexcept;

    /// Readable when a step may be due, of a build or of what the other descriptor is for.
    int descriptor_beside(int other) const noexcept;

private:
    struct members;
    owned<members> m_;
};

} // namespace detail

/// A `restart_strategy` that has a build done first, and restarts by another strategy if it went
/// well. What runs meanwhile runs on, and so it does when the build fails.
///
///     restat::build_step server{{.command = {"make", "server"}},
///                               restat::command_restart{{.command = {"./server"}}}};
///
/// There is never more than one build at a time, and the last content is always built. The build
/// gets RESTAT_CHANGES and the other variables of `child_restart`; it reads nothing from a
/// terminal. The other strategy is told all changes since the last build that went well.
/// \errors throws `reload_error` if the command is empty or a NUL is in it; that a build failed is
/// told to the listener: `ended`, with the status
/// \threads as `child_restart`
/// \see child_restart, which says how it is started and ended
template <class Restart>
class build_step : public forwarding_restart<Restart> {
    using forwarding = forwarding_restart<Restart>;
    static_assert(restart_strategy<Restart>,
                  "Restart is no restart_strategy: it needs "
                  "restart(change_set const&, std::error_code&) -> restart_result");

public:
    build_step(build_options build, Restart then,
               std::function<void(process_event const&)> tell = {})
        : forwarding{std::move(then)}, build_{std::move(build), std::move(tell)} {}

    /// Begins a build.
    restart_result restart(change_set const& changes, std::error_code& error) {
        return build_.restart(changes, error);
    }

    /// The moment at which the restart-loop guard accepts a build that it suspended.
    time_point suspended_until() const noexcept { return build_.suspended_until(); }

    void start(time_point now) {
        if constexpr (supervising_strategy<Restart>) forwarding::start(now);
    }

    /// An exception of the restart passes after this step, and the restart is tried again.
    supervision supervise(time_point now) {
        auto const build = build_.supervise(now);
        auto again = (time_point::max)();
        auto const thrown = detail::caught([&] {
            if (build_.built()) again = hand_on(now);
        });
        supervision seen;
        if constexpr (supervising_strategy<Restart>) seen = forwarding::supervise(now);
        if (thrown) std::rethrow_exception(thrown);
        if (build.next < seen.next) seen.next = build.next;
        if (again < seen.next) seen.next = again;
        if (seen.now == supervision::state::idle && !seen.done) seen.now = build.now;
        return seen;
    }

    void stop(time_point now) {
        build_.stop();
        if constexpr (supervising_strategy<Restart>) forwarding::stop(now);
    }

    int descriptor() {
        int other = -1;
        if constexpr (supervising_strategy<Restart>) other = this->then().descriptor();
        return build_.descriptor_beside(other);
    }

    /// KILL to the build that runs, now.
    void kill_build() noexcept { build_.kill(); }
    /// Stops the build that runs, and lets it go on, as `child_restart` does with its program.
    /// \threads any
    void freeze_build() noexcept { build_.freeze(); }
    void thaw_build() noexcept { build_.thaw(); }

private:
    static constexpr std::chrono::milliseconds retry{250};

    /// When to offer again what was built; `max()` if that was dealt with.
    time_point hand_on(time_point now) {
        std::error_code error;
        auto const result = this->then().restart(*build_.built(), error);
        if (result == restart_result::refused) return now + retry;
        if (result == restart_result::suspended) return suspension_ends(now);
        build_.answered();
        return (time_point::max)();
    }
    time_point suspension_ends(time_point now) const {
        auto at = now + retry;
        if constexpr (suspending_strategy<Restart>)
            at = (std::max)(at, this->then().suspended_until());
        return at;
    }

    detail::build_runner build_;
};

} // namespace restat
