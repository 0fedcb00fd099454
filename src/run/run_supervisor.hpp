#pragma once

#include "platform/files/poll_set.hpp"
#include "platform/process/channel.hpp"
#include "restart/content_memory.hpp"
#include "run_role.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/joined_enumerator.hpp>
#include <restat/enumerator/module_enumerator.hpp>
#include <restat/enumerator/program_enumerator.hpp>
#include <restat/matcher/ignore_matcher.hpp>
#include <restat/observer.hpp>
#include <restat/restart/command_restart.hpp>
#include <restat/restart/forwarding_restart.hpp>

#include <optional>

namespace restat::detail {

/// Returns the options of the supervision that `watch` has.
/// \errors throws `reload_error` for `ready_limit` without `ready`
command_options supervision_options(options const& watch);

/// Runs this program as a child repeatedly, and decides whether an end of the child ends
/// supervision. Not movable, and otherwise a supervising strategy.
class program_supervisor {
public:
    /// Prepares a child. `calls` is appended to the descriptor in the child's variable.
    /// \errors throws if this program cannot be started again
    program_supervisor(std::string const& calls, options const& watch);
    program_supervisor(program_supervisor const&) = delete;

    restart_result restart(change_set const& changes, std::error_code& error);
    time_point suspended_until() const noexcept { return program_.suspended_until(); }
    void start(time_point now) { program_.start(now); }
    supervision supervise(time_point now);
    void stop(time_point now);
    int descriptor() const noexcept { return polled_.descriptor(); }
    void learn(snapshot const& baseline) { contents_.learn(baseline); }
    void kill() noexcept { program_.kill(); }
    void freeze() noexcept { program_.freeze(); }
    void thaw() noexcept { program_.thaw(); }

    /// Returns the pid of the last child; 0 before the first.
    int pid() const noexcept { return run_.pid; }
    /// Returns the signal of the terminal key that ended the child, since the key is also meant
    /// for the waiting program; otherwise 0.
    int interrupted_by() const noexcept { return run_.interrupted ? run_.status.signal : 0; }
    /// Returns the result of the function, or the exit status.
    int result() const noexcept;

private:
    // A run of the program.
    struct run {
        int pid = 0;
        time_point began{};
        time_point ended_at{};
        bool by_change = false; // possibly a new program, or its replacement
        bool arrived = false;   // the program asked for its role
        bool ended = false;
        bool interrupted = false;
        bool ended_early = false; // before it was ready
        std::optional<int> returned = {};
        exit_status status = {};
    };

    command_options command(std::string const& calls, options const& watch) const;
    void on_child_event(process_event const& event);
    void report_finding(std::string const& path, std::error_code error,
                        char const* operation) const;
    void read_messages();
    void run_again(time_point now);
    bool must_end();
    bool is_broken_build() const noexcept;

    content_memory contents_;
    detail::channel channel_;
    detail::poll_set polled_; // readable after a message or an end of the child
    run run_;
    time_point now_{};
    bool replacing_ = false;         // another run follows the current run
    bool by_change_ = false;         // for a change
    bool restart_requested_ = false; // the program requested a restart
    bool stopping_ = false;
    time_point retry_at_{};
    observer* observer_;
    command_restart program_;
};

/// The strategy held by a reloader.
using supervised_program = forwarding_restart<program_supervisor&>;

/// A `file_enumerator` of the files loaded by the child.
class child_modules {
public:
    explicit child_modules(program_supervisor const& program) : program_{program} {}

    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error);
    std::size_t root_prefix(std::string_view path) const;

private:
    program_supervisor const& program_;
    int pid_ = 0;
    std::optional<module_enumerator> modules_;
};

/// The files of this program, loaded by this process or by the child, and the tracked files.
using supervised_files = joined_enumerator<program_enumerator, child_modules>;

static_assert(incremental_enumerator<supervised_files>);
static_assert(supervising_strategy<supervised_program> && learning_strategy<supervised_program>);

/// A program under supervision, with the reloader of its files.
struct supervised_run {
    supervised_run(std::string const& calls, options const& watch)
        : program{calls, watch}
        , reloader{supervised_files{program_enumerator{watch, first_record::of_the_path},
                                    child_modules{program}},
                   ignore_matcher{watch}, interruptible_clock{}, supervised_program{program},
                   schedule_of(watch)} {
        reloader.observe(watch.observer);
    }

    program_supervisor program;
    basic_reloader<supervised_files, ignore_matcher, interruptible_clock, supervised_program>
        reloader;
};

} // namespace restat::detail
