#pragma once

#include "restart/restart_loop_guard.hpp"

#include <restat/restart/command_options.hpp>
#include <restat/restart/process_event.hpp>
#include <restat/restart/restart_strategy.hpp>

#include <exception>
#include <functional>
#include <optional>

namespace restat::detail {

/// Why a program is started.
enum class start_reason : unsigned char { start, change, exit, rollback };

/// Which program is started: the file as it is now, or the copy of what was good last.
enum class start_of : unsigned char { file, copy };

/// What a program is told of its start.
struct start_request {
    std::size_t generation;
    start_reason reason;
    change_set const& changes;
    start_of which = start_of::file;
};

/// A start, or why there was none, and of which file.
struct start_outcome {
    int pid = 0;
    std::error_code error = {};
    std::string path = {};
    bool passes = false; ///< the system was in the way, and may not be a little later
    stamp clock = {};    ///< what a file that changed then would be stamped with, if known
    std::error_code not_kept = {}; ///< why there is no copy of what was started
};

/// How the leader of the child's group ended.
struct leader_end {
    exit_status status = {};
    std::error_code error = {};
    bool interrupted = false; ///< by a key, while it had the terminal
};

/// A `child` is what the supervisor needs of the system: one process group at a time.
class child {
public:
    virtual ~child() = default;

    /// Whether a start would fail now, and why. Nothing is touched.
    virtual start_outcome check() = 0;
    virtual start_outcome start(start_request const& how) = 0;
    /// To the whole group, which goes on if it is stopped, and so sees it.
    virtual void signal(int number) noexcept = 0;
    /// The leader's end, if it did; the leader's number stays its own until `reap`.
    virtual std::optional<leader_end> ended() noexcept = 0;
    /// Whether nothing lives of the group any more. Asked only when the leader has ended.
    virtual bool is_gone() noexcept = 0;
    /// Who lives of it, as far as can be seen.
    virtual std::vector<process_name> members() noexcept = 0;
    /// The files that it uses now, for one batch of changes.
    virtual file_evidence& look_at_files() = 0;
    /// Gives the group's number back. Asked only when the group is gone.
    virtual void reap() noexcept = 0;
    /// Whether there is a terminal, at which it may be suspended.
    virtual bool is_at_terminal() const noexcept = 0;
    /// Whether a key of the terminal that ends programs reached it since its start.
    virtual bool was_interrupted() noexcept = 0;
    /// Whether it was suspended at the terminal, which it then has no more. One that was stopped
    /// because it wants the terminal gets it, if it is there to give.
    virtual bool was_suspended() noexcept = 0;
    /// Gives it the terminal back, and lets it go on.
    virtual void resume() noexcept = 0;
    /// Whether it was stopped since this was last asked because it wants the terminal, which this
    /// process does not have.
    virtual bool wants_terminal() noexcept { return false; }
    /// Whether the leader, or one of its group, said since this was last asked that it is ready.
    /// To be asked for as long as there is a leader: what nobody hears keeps `descriptor` readable.
    virtual bool said_ready() noexcept = 0;
    /// What was started last is what is gone back to from now on.
    virtual void approve() noexcept = 0;
    /// Whether there is a copy to start, of another program than the one that was started last.
    virtual bool can_go_back() noexcept = 0;
    /// Readable when the leader has ended, or may have said that it is ready; -1 if there is no
    /// such thing.
    virtual int descriptor() const noexcept = 0;
};

/// What a supervisor goes by: the part of `command_options` that is no matter of the system.
struct supervisor_options {
    int signal = 15;
    std::chrono::nanoseconds grace = std::chrono::seconds{3};
    on_exit when_it_ends = on_exit::wait;
    first_start first = first_start::at_once;
    on_change when_files_change = on_change::restart;
    readiness ready = readiness::started;
    std::chrono::nanoseconds ready_limit = std::chrono::seconds{10};
    loop_guard guard = loop_guard::on;
    std::uint64_t seed = 0;  ///< of the guard's random moments
    bool ends_strays = true; ///< the processes that left the group end with it
};

/// Decides when a program is started, asked to end, and killed. Knows the time from what it is
/// told and the child from its seam, and nothing else.
class RESTAT_EXPORT supervisor {
public:
    enum class state : unsigned char {
        idle,
        running,
        lingering, ///< the leader ended by itself and left others, who may stay
        yielding,  ///< asked to end by a key, which it may take time to obey
        stopping,  ///< asked to end, until the grace is over
        killing,
        pausing, ///< before a start
    };

    supervisor(supervisor_options options, std::function<void(process_event const&)> tell);

    /// The next start is told the changes `beside` too, of which the guard is not asked.
    restart_result restart(child& of, change_set const& changes, std::error_code& error,
                           change_set const& beside = {});
    /// When what was `suspended` may be asked for again.
    time_point suspended_until() const noexcept { return guard_.until(); }
    void start();
    supervision supervise(child& of, time_point now);
    void stop() noexcept;
    /// Throws what the listener threw, now that the step is complete.
    void rethrow();

    state now() const noexcept { return state_; }
    /// Whether there is a leader that has not been seen to end.
    bool has_leader() const noexcept { return pid_ != 0 && !leader_ended_; }
    /// Whether there is a group that has not been seen to be gone.
    bool has_group() const noexcept { return pid_ != 0; }
    int pid() const noexcept { return has_leader() ? pid_ : 0; }
    std::optional<exit_status> last_exit() const noexcept { return last_exit_; }
    std::error_code last_error() const noexcept { return last_error_; }

private:
    // Why a run on trial did not become ready.
    struct trial_end {
        exit_status status = {};
        std::error_code error = {};
    };

    bool step(child& of, time_point now);
    void look_at_leader(child& of, time_point now);
    void listen(child& of);
    void look_at_limit(child& of, time_point now);
    void look_at_terminal(child& of);
    void passed(child& of);
    void failed(child& of, trial_end why);
    void go_back(trial_end why);
    bool is_trial() const noexcept;
    void want_newest() noexcept;
    bool is_gone(child& of, time_point now);
    bool can_start(child& of, std::error_code& error);
    restart_loop_guard::verdict ask_guard(child& of, change_set const& changes);
    void report(restart_loop_guard::ruling const& made);
    void begin(child& of, time_point now);
    void started(start_outcome const& outcome, time_point now);
    void not_started(child& of, start_outcome const& outcome, time_point now);
    void ended_by_itself(time_point now) noexcept;
    void ask_to_end(child& of, time_point now);
    void send_signal(child& of, time_point now);
    void kill(child& of, time_point now);
    void wait_on(child& of);
    void settle(child& of, time_point now);
    bool is_last_run() const noexcept;
    time_point trial_is_over(time_point now) const noexcept;
    time_point next(child const& of, time_point now) const noexcept;
    void tell(process_event what);

    supervisor_options options_;
    std::function<void(process_event const&)> tell_;
    std::exception_ptr thrown_; // by the listener, first
    state state_ = state::idle;

    bool wanted_ = false; // a start, as soon as nothing is in its way
    start_reason reason_ = start_reason::start;
    change_set changes_;  // of the next start
    bool final_ = false;  // no further start
    bool ending_ = false; // it ended by itself, and that is the end
    bool done_ = false;
    bool in_last_run_ = false;

    start_of which_ = start_of::file; // the next start
    bool on_trial_ = false;
    std::optional<time_point> trial_ends_; // none: so long from the next look
    trial_end failure_;
    std::string path_; // of what was started last

    restart_loop_guard guard_;
    stop_step step_ = stop_step::none; // the last that was needed
    time_point now_{};                 // as last told
    time_point asked_at_{};

    int pid_ = 0;
    bool leader_ended_ = false;
    std::size_t generation_ = 0;
    time_point started_at_{};
    time_point deadline_{}; // of the state
    time_point look_at_{};  // for the rest of the group
    std::chrono::nanoseconds look_pause_{};
    std::chrono::nanoseconds exit_pause_{};
    std::chrono::nanoseconds start_pause_{};
    bool told_stuck_ = false;
    std::error_code told_error_;

    std::optional<exit_status> last_exit_;
    std::error_code last_error_;
};

} // namespace restat::detail
