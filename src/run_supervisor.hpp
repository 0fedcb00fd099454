#pragma once

#include "linux/channel.hpp"
#include "linux/poll_set.hpp"
#include "run_role.hpp"

#include <restat/enumerator/module_enumerator.hpp>
#include <restat/enumerator/program_enumerator.hpp>
#include <restat/observer.hpp>
#include <restat/restart/command_restart.hpp>

#include <optional>

namespace restat::detail {

/// Runs this program as a child, again and again, and decides whether an end of it is the end.
/// A supervising strategy but for its address, which stays.
class program_supervisor {
public:
    /// `calls` follows the descriptor in the child's variable.
    /// \errors throws where this program cannot be started again
    program_supervisor(std::string const& calls, options const& watch);
    program_supervisor(program_supervisor const&) = delete;

    restart_result restart(change_set const& changes, std::error_code& error);
    void start(time_point now) { program_.start(now); }
    supervision supervise(time_point now);
    void stop(time_point now);
    int descriptor() const noexcept { return polled_.descriptor(); }
    void kill() noexcept { program_.kill(); }

    /// Of the last child; 0 before the first.
    int pid() const noexcept { return run_.pid; }
    /// Ended by a key of its terminal, by this signal: who waits for it is meant too. Or 0.
    int interrupted_by() const noexcept { return run_.interrupted ? run_.status.signal : 0; }
    /// What the function returned, or else the exit status.
    int result() const noexcept;

private:
    // One run of the program.
    struct run {
        int pid = 0;
        time_point began{};
        time_point ended_at{};
        bool by_change = false; // it may be a new program, or runs in place of one
        bool arrived = false;   // it got as far as to ask for its side
        bool ended = false;
        bool interrupted = false;
        bool ended_early = false; // before it was ready
        std::optional<int> returned = {};
        exit_status status = {};
    };

    command_options command(std::string const& calls, options const& watch) const;
    void hear(process_event const& event);
    void found(std::string const& path, std::error_code error, char const* operation) const;
    void read_messages();
    void run_again(time_point now);
    bool is_over();
    bool is_broken_build() const noexcept;

    os::channel channel_;
    os::poll_set polled_; // readable when a message or an end of the child is there
    run run_;
    time_point now_{};
    bool replacing_ = false; // the run under way is to be followed by another
    bool by_change_ = false; // because of a change
    bool asked_ = false;     // the program asks to be run again
    bool stopping_ = false;
    time_point ask_at_{};
    observer* tell_;
    command_restart program_;
};

/// The strategy that a reloader holds.
struct supervised_program {
    program_supervisor& of;

    restart_result restart(change_set const& changes, std::error_code& error) {
        return of.restart(changes, error);
    }
    void start(time_point now) { of.start(now); }
    supervision supervise(time_point now) { return of.supervise(now); }
    void stop(time_point now) { of.stop(now); }
    int descriptor() const noexcept { return of.descriptor(); }
};

/// The files of this program, as this process and as the child has loaded them, and what is
/// tracked.
class supervised_files {
public:
    supervised_files(options const& watch, program_supervisor const& program)
        : own_{watch}, program_{program} {}

    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error);

private:
    program_enumerator own_;
    program_supervisor const& program_;
    int pid_ = 0;
    std::optional<module_enumerator> child_;
};

} // namespace restat::detail
