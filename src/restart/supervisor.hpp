#pragma once

#include "restart/restart_loop_guard.hpp"

#include <restat/restart/command_options.hpp>
#include <restat/restart/process_event.hpp>
#include <restat/restart/restart_strategy.hpp>

#include <exception>
#include <functional>
#include <optional>

namespace restat::detail {

/// The reason of a start.
enum class start_reason : unsigned char { start, change, exit, rollback };

/// Returns the name of the value, as RESTAT_REASON holds it.
constexpr std::string_view to_string(start_reason of) noexcept {
    using enum start_reason;
    switch (of) {
    case start: return "start";
    case change: return "change";
    case exit: return "exit";
    case rollback: return "rollback";
    }
    return "invalid";
}

/// The program to start: the current file, or the copy of the last good program.
enum class start_source : unsigned char { file, copy };

/// The information for a started program.
struct start_request {
    std::size_t generation;
    start_reason reason;
    change_set const& changes;
    start_source source = start_source::file;
};

/// The result of a start: the pid, or an error and its file.
struct start_outcome {
    int pid = 0;
    std::error_code error = {};
    std::string path = {};
    bool is_temporary = false;       ///< the system prevented the start and may allow it later
    stamp clock = {};                ///< the timestamp for a file changed at the start, if known
    std::error_code copy_error = {}; ///< the reason for a missing copy
};

/// How the leader of the child's group ended.
struct leader_end {
    exit_status status = {};
    std::error_code error = {};
    bool interrupted = false; ///< by a terminal key, while it had the terminal
};

/// A `child` is the supervisor's view of the system: a single process group at a time.
class child {
public:
    virtual ~child() = default;

    /// Returns the error a start would have now. Changes nothing.
    virtual start_outcome check() = 0;
    /// Starts the program; blocks only during its exec.
    virtual start_outcome start(start_request const& how) = 0;
    /// Sends a signal to the whole group. Continues a stopped group, so the signal takes effect.
    virtual void signal(int number) noexcept = 0;
    /// Sends a signal to the leader alone.
    virtual void signal_leader(int number) noexcept = 0;
    /// Returns how the leader ended; empty while it runs. The leader's number stays reserved
    /// until `reap`.
    virtual std::optional<leader_end> ended() noexcept = 0;
    /// Returns true if no process of the group is alive. Allowed only after the leader's end.
    virtual bool is_gone() noexcept = 0;
    /// Returns the known living processes of the group.
    virtual std::vector<process_name> members() noexcept = 0;
    /// Returns the files in use by the group, for a single batch of changes.
    virtual file_evidence& gather_evidence() = 0;
    /// Remembers the files that the group has open for writing now, as evidence for the rest of
    /// the run and until the next start.
    virtual void note_written_files() {}
    /// Gives the group's number back. Allowed only after the end of the group.
    virtual void reap() noexcept = 0;
    /// Returns true if there is a terminal for suspending the group.
    virtual bool is_at_terminal() const noexcept = 0;
    /// Returns true if an interrupting terminal key reached the group since its start.
    virtual bool was_interrupted() noexcept = 0;
    /// Returns true if the group was suspended at the terminal and lost the terminal. If the
    /// kernel stopped the group for lack of the terminal, lends the terminal if possible.
    virtual bool was_suspended() noexcept = 0;
    /// Returns the terminal to the group and continues it.
    virtual void resume() noexcept = 0;
    /// Returns true if, since the last call, the group stopped for lack of a terminal, and this
    /// process does not have the terminal either.
    virtual bool wants_terminal() noexcept { return false; }
    /// Returns true if the leader or its group has reported ready since the last call. Call it
    /// throughout the life of the leader: an unread report keeps `descriptor` readable.
    virtual bool has_reported_ready() noexcept = 0;
    /// Makes the program started last the rollback target.
    virtual void approve() noexcept = 0;
    /// Returns true if a copy exists of a program different from the program started last.
    virtual bool can_roll_back() noexcept = 0;
    /// Returns a descriptor, readable after the leader's end or a possible ready report; -1
    /// without a descriptor.
    virtual int descriptor() const noexcept = 0;
};

/// The options of a supervisor: the system-independent part of `command_options`.
struct supervisor_options {
    int signal = default_signal;
    std::chrono::nanoseconds grace = default_grace;
    after_exit on_exit = after_exit::wait;
    first_start first = first_start::at_once;
    after_change on_change = after_change::restart;
    int change_signal = default_change_signal;
    std::chrono::nanoseconds run_limit = unlimited;
    readiness ready = readiness::started;
    std::chrono::nanoseconds ready_limit = default_ready_limit;
    loop_guard guard = loop_guard::on;
    std::uint64_t seed = 0;  ///< for the guard's random moments
    bool ends_strays = true; ///< stops escaped processes with the group
};

/// Decides when a program is started, stopped, and killed. Gets the time from its callers and the
/// program through `child`, and uses nothing else.
class supervisor {
public:
    enum class state : unsigned char {
        idle,
        running,
        lingering, ///< the leader ended by itself; its group may stay
        yielding,  ///< stopped by a terminal key, with time to obey
        stopping,  ///< stopped by a signal, until the end of the grace period
        killing,
        pausing, ///< before a start
    };

    supervisor(supervisor_options options, std::function<void(process_event const&)> listener);

    /// Requests a restart. The next start also gets the `earlier` changes, without a decision of
    /// the guard.
    restart_result restart(child& process, change_set const& changes, std::error_code& error,
                           change_set const& earlier = {});
    /// Returns the time of the next offer of suspended changes.
    time_point suspended_until() const noexcept { return guard_.until(); }
    /// Requests the first start, unless the options wait for a change.
    void start();
    /// Takes every pending step. Returns the state and the time of the next step.
    supervision supervise(child& process, time_point now);
    /// Requests the final stop: no further start follows.
    void stop() noexcept;
    /// Rethrows an exception of the listener after the complete step.
    void rethrow();

    state now() const noexcept { return state_; }
    /// Returns true while the leader has not been seen to end.
    bool has_leader() const noexcept { return pid_ != 0 && !leader_ended_; }
    /// Returns true while the group has not been seen to end.
    bool has_group() const noexcept { return pid_ != 0; }
    /// Returns the leader's pid; 0 without a leader.
    int pid() const noexcept { return has_leader() ? pid_ : 0; }
    std::optional<exit_status> last_exit() const noexcept { return last_exit_; }
    std::error_code last_error() const noexcept { return last_error_; }

private:
    // The reason for a failed trial.
    struct trial_end {
        exit_status status = {};
        std::error_code error = {};
    };

    bool step(child& process, time_point now);
    void check_leader(child& process, time_point now);
    void check_ready(child& process);
    void check_limit(child& process, time_point now);
    void check_run_limit(child& process, time_point now);
    void note_written_files(child& process);
    void check_terminal(child& process);
    void trial_passed(child& process);
    void trial_failed(child& process, trial_end why);
    void roll_back(trial_end why);
    bool is_last_start() const noexcept; // a start for the one change of `after_change::once`
    bool is_start_on_trial() const noexcept;
    after_change reaction_to(change_set const& changes) const noexcept;
    void request_newest(after_change reaction) noexcept;
    void signal_change(child& process);
    bool is_gone(child& process, time_point now);
    bool can_start(child& process, std::error_code& error);
    restart_loop_guard::verdict ask_guard(child& process, change_set const& changes);
    void report(restart_loop_guard::ruling const& made);
    void start_program(child& process, time_point now);
    void started(start_outcome const& outcome, time_point now);
    void start_failed(child& process, start_outcome const& outcome, time_point now);
    void leader_exited(time_point now) noexcept;
    void request_end(child& process, time_point now);
    void send_signal(child& process, time_point now);
    void kill(child& process, time_point now);
    void report_stuck(child& process);
    void group_ended(child& process, time_point now);
    bool is_last_run() const noexcept;
    time_point trial_end_time(time_point now) const noexcept;
    time_point run_end_time() const noexcept;
    time_point next(child const& process, time_point now) const noexcept;
    void notify(process_event what);

    supervisor_options options_;
    std::function<void(process_event const&)> listener_;
    std::exception_ptr listener_exception_; // the first exception of the listener
    state state_ = state::idle;

    bool start_requested_ = false; // a start, as soon as possible
    bool waits_for_end_ = false;   // the start follows the end of the run
    start_reason reason_ = start_reason::start;
    change_set changes_;        // of the next start
    bool is_stopped_ = false;   // no further start
    bool has_finished_ = false; // ended by itself, and for good
    bool done_ = false;
    bool in_last_run_ = false;

    start_source source_ = start_source::file; // for the next start
    bool on_trial_ = false;
    std::optional<time_point> trial_ends_; // empty: restart the limit at the next check
    trial_end trial_failure_;
    std::string path_; // of the last start

    restart_loop_guard guard_;
    stop_step step_ = stop_step::none; // the last step needed
    time_point now_{};                 // from the last call
    time_point requested_end_at_{};

    int pid_ = 0;
    bool leader_ended_ = false;
    std::size_t generation_ = 0;
    time_point started_at_{};
    time_point deadline_{};   // of the state
    time_point next_check_{}; // for the remaining group
    std::chrono::nanoseconds check_pause_{};
    std::chrono::nanoseconds exit_pause_{};
    std::chrono::nanoseconds start_pause_{};
    bool reported_stuck_ = false;
    std::error_code reported_error_;

    std::optional<exit_status> last_exit_;
    std::error_code last_error_;
};

} // namespace restat::detail
