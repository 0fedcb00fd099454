#pragma once

#include "platform/files/descriptor.hpp"
#include "platform/files/poll_set.hpp"
#include "platform/process/notify_socket.hpp"
#include "platform/process/process.hpp"
#include "platform/process/process_family.hpp"
#include "platform/process/process_spawn.hpp"
#include "platform/process/signal.hpp"
#include "platform/process/signal_relay.hpp"
#include "platform/process/terminal.hpp"
#include "restart/kept_programs.hpp"
#include "restart/outgoing_handoff.hpp"
#include "restart/process_evidence.hpp"
#include "restart/supervisor.hpp"
#include "restart/written_files.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <initializer_list>
#include <mutex>

namespace restat::detail {

/// Describes how to create a child process, used again for each start.
struct child_recipe {
    std::vector<std::string> command;
    std::string program = {};      ///< the file, if not the first word of the command
    std::function<int()> run = {}; ///< a function instead of a command
    std::vector<std::string> environment = {};
    std::string directory = {}; ///< empty for the directory of this process
    std::vector<int> keep = {};
    escape_policy escaped_processes = escape_policy::leave;
    command_input input = command_input::inherited;
    readiness ready = readiness::started;
    std::function<void(next_run&)> prepare = {};
};

/// Checks a command and its environment.
/// \errors throws `reload_error` if the command is empty, or if a string contains a NUL
void check_command(std::vector<std::string> const& command,
                   std::vector<std::string> const& environment);

/// A `child` made of real processes.
///
/// The leader stays a zombie until its group is gone. During this time the kernel does not reuse
/// the group's number, so a signal to the group reaches no unrelated process. In two cases the
/// leader cannot stay: the host ignores CHLD, or waits for children of other owners. Then a
/// signal is sent only while the group has members, since members keep the number in use too. If
/// /proc does not list members at all, the remaining group is killed at once; if /proc fails only
/// now, after the grace period.
///
/// If this process adopts the orphans of the program, the program is gone when the leader's
/// zombie is the only child left. This check does not scan other processes.
/// \threads call `kill`, `freeze`, `thaw` and `pass_key` from any thread, other members from a
/// single thread at a time
class child_process final : public child {
public:
    /// Records the current environment and signal state.
    explicit child_process(child_recipe recipe);
    child_process(child_process const&) = delete;
    /// Kills the group and waits up to 5 s for its end. Does nothing in a forked copy.
    ~child_process() override;

    start_outcome check() override;
    start_outcome start(start_request const& how) override;
    void signal(int number) noexcept override;
    void signal_leader(int number) noexcept override;
    std::optional<leader_end> ended() noexcept override;
    bool is_gone() noexcept override;
    std::vector<process_name> members() noexcept override;
    file_evidence& gather_evidence() override;
    /// Takes at most a tenth of the time.
    void note_written_files() override;
    void reap() noexcept override;
    bool is_at_terminal() const noexcept override { return at_terminal_; }
    bool was_interrupted() noexcept override { return relay_.heard_end() || got_key_; }
    bool was_suspended() noexcept override;
    void resume() noexcept override;
    bool wants_terminal() noexcept override { return std::exchange(wants_terminal_, false); }
    bool has_reported_ready() noexcept override;
    void approve() noexcept override;
    bool can_roll_back() noexcept override;
    int descriptor() const noexcept override;

    /// Adds to the inheritance of the child, from the next start on.
    void keep(int number, std::string name);
    void stash(std::string name, std::string bytes);

    /// Sends KILL to the group and, like `signal`, to escaped processes.
    void kill() noexcept;
    /// Stops the group, and any child started later, until `thaw`. Waits up to 5 s for a start in
    /// progress; a start waits up to 1 s for `thaw`.
    void freeze() noexcept;
    void thaw() noexcept;
    /// Forwards the signal of a terminal key that reached this process but not the child.
    void pass_key(int signal) noexcept;

private:
    /// Names the process that keeps the group's number in use, so a signal to the group is safe.
    enum class hold : unsigned char { none, leader, members };
    struct start_under_way;

    start_outcome find_program_file() const;
    std::string records_of(change_set const& changes) const;
    spawn_request make_request(start_request const& how, held_descriptor const& changes) const;
    int first_unplaced() const noexcept;
    std::error_code open_notify_socket(spawn_request& to);
    void stop_listening() noexcept;
    void lend_terminal_to(spawn_request& what) noexcept;
    start_outcome launch(spawn_request& what);
    start_outcome launch_file(spawn_request& what);
    start_outcome launch_copy(spawn_request& what);
    void pass_handoff(outgoing_handoff const& given, spawn_request& to) const;
    void pass_on_listeners(std::vector<std::string>& environment) const;
    void adopt(int leader);
    bool lend_terminal() noexcept;
    bool take_terminal_back() noexcept;
    process_family family() noexcept;
    std::vector<int> pids();
    process_family family_held() const noexcept; // requires the mutex
    bool is_gone_without_descendants() noexcept;
    bool is_gone_unseen() noexcept;
    void send(std::initializer_list<int> signals) noexcept;
    void wait_for_start(std::unique_lock<std::mutex>& held) noexcept;
    void signal_held_group(std::initializer_list<int> signals) noexcept;

    child_recipe recipe_;
    inheritance inheritance_;
    signal_state signals_;
    int owner_;           // pid of the creating process
    std::string mark_;    // marks escaped processes; empty if they may stay
    bool adopts_ = false; // escaped processes, after the end of their parents
    std::mutex mutex_;    // guards the next five
    std::condition_variable state_changed_;
    int group_ = 0;
    hold hold_ = hold::none;
    bool starting_ = false;
    bool frozen_ = false;
    std::atomic<bool> killed_ = false;
    std::atomic<bool> got_key_ = false; // passed on since the start
    held_descriptor end_;
    notify_socket notify_;
    std::optional<detail::poll_set> polled_; // both descriptors, if runs report ready
    terminal terminal_;
    signal_relay relay_;
    bool at_terminal_ = false;
    bool lent_ = false;
    bool waits_for_terminal_ = false; // stopped for lack of the terminal
    bool wants_terminal_ = false;     // newly stopped, and this process has no terminal to lend
    kept_programs kept_;
    start_directory directory_; // of the relative paths of changes
    process_evidence files_;
    written_files written_; // as far as noted in this run
    std::chrono::steady_clock::time_point next_note_{};
    std::string path_; // the program of the last start
};

} // namespace restat::detail
