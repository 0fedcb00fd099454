#pragma once

#include "linux/poll_set.hpp"
#include "linux/process.hpp"
#include "linux/process_family.hpp"
#include "linux/ready_line.hpp"
#include "linux/signal_relay.hpp"
#include "linux/terminal.hpp"
#include "restart/bequest.hpp"
#include "restart/kept_programs.hpp"
#include "restart/process_evidence.hpp"
#include "restart/supervisor.hpp"

#include <atomic>
#include <condition_variable>
#include <initializer_list>
#include <mutex>

namespace restat::detail {

/// What a child is made from, each time anew.
struct child_recipe {
    std::vector<std::string> command;
    std::string program = {};      ///< the file, if not the first of the command
    std::function<int()> run = {}; ///< in place of a command
    std::vector<std::string> environment = {};
    std::vector<int> keep = {};
    strays what_left_the_group = strays::leave;
    command_input input = command_input::inherited;
    readiness ready = readiness::started;
};

/// \errors throws `reload_error` if the command is empty or a NUL is in any of it
void check_command(std::vector<std::string> const& command,
                   std::vector<std::string> const& environment);

/// The `child` of real processes.
///
/// The leader is left as a zombie until the rest of its group is gone: while it is there, the
/// kernel gives the group's number to nobody else, and a signal to the group reaches no stranger.
/// Where it cannot be left (the host ignores CHLD, or waits for children that are not its own),
/// a signal is sent only while the group has members, which keep the number too. Where /proc does
/// not tell of members, what the leader leaves behind is killed at once; where it fails to tell
/// only now, after the grace.
///
/// Where this process adopts what the program leaves behind, nothing of it lives once this process
/// has no child but the leader's zombie: that costs no look at all other processes.
/// \threads `kill`, `freeze`, `thaw` and `pass_key` from any; the others from one at a time
class child_process final : public child {
public:
    /// Notes the environment and the signals as they are now.
    explicit child_process(child_recipe recipe);
    child_process(child_process const&) = delete;
    /// Kills the group, and waits for its end, at most 5 s. Nothing in a forked copy.
    ~child_process() override;

    start_outcome check() override;
    start_outcome start(start_request const& how) override;
    void signal(int number) noexcept override;
    std::optional<leader_end> ended() noexcept override;
    bool is_gone() noexcept override;
    std::vector<process_name> members() noexcept override;
    file_evidence& look_at_files() override;
    void reap() noexcept override;
    bool is_at_terminal() const noexcept override { return at_terminal_; }
    bool was_interrupted() noexcept override { return relay_.heard_end() || has_key_; }
    bool was_suspended() noexcept override;
    void resume() noexcept override;
    bool wants_terminal() noexcept override { return std::exchange(wants_terminal_, false); }
    bool said_ready() noexcept override;
    void approve() noexcept override;
    bool can_go_back() noexcept override;
    int descriptor() const noexcept override;

    /// What it gets from the next start on.
    void keep(int number, std::string name);
    void stash(std::string name, std::string bytes);

    /// To those that left the group too, as `signal` does.
    void kill() noexcept;
    /// Stops all of the group until it is thawed, and what is started meanwhile too. It waits for a
    /// start that is under way, at most 5 s, and a start waits for `thaw`, at most 1 s.
    void freeze() noexcept;
    void thaw() noexcept;
    /// Passes on the signal of a key that this process got, and the child did not.
    void pass_key(int signal) noexcept;

private:
    /// What holds the number of the group, so that a signal to it is safe.
    enum class hold : unsigned char { none, leader, members };
    struct start_under_way;

    start_outcome find() const;
    spawn_request request(start_request const& how, held_descriptor const& changes) const;
    int behind_placed() const noexcept;
    std::error_code give_line(spawn_request& to);
    void stop_listening() noexcept;
    void lend_terminal_to(spawn_request& what) noexcept;
    start_outcome launch(spawn_request& what);
    start_outcome launch_file(spawn_request& what);
    start_outcome launch_copy(spawn_request& what);
    void give(bequest const& given, spawn_request& to) const;
    void pass_on_what_was_given(std::vector<std::string>& environment) const;
    void adopt(int leader);
    bool lend_terminal() noexcept;
    bool take_terminal_back() noexcept;
    process_family family() noexcept;
    process_family family_held() const noexcept; // with the mutex held
    bool is_gone_without_descendants() noexcept;
    bool is_gone_unseen() noexcept;
    void send(std::initializer_list<int> signals) noexcept;
    void wait_for_start(std::unique_lock<std::mutex>& held) noexcept;
    void signal_held_group(std::initializer_list<int> signals) noexcept;

    child_recipe recipe_;
    inheritance inheritance_;
    signal_state signals_;
    int owner_;           // the process that made this
    std::string mark_;    // of those that leave the group; empty if they are let go
    bool adopts_ = false; // them, when their parents are gone
    std::mutex mutex_;    // of the next five
    std::condition_variable asked_;
    int group_ = 0;
    hold hold_ = hold::none;
    bool starting_ = false;
    bool frozen_ = false;
    std::atomic<bool> killed_ = false;
    std::atomic<bool> has_key_ = false; // passed on since the start
    held_descriptor end_;
    ready_line line_;
    std::optional<os::poll_set> polled_; // of both, if runs are to say that they are ready
    terminal terminal_;
    signal_relay relay_;
    bool at_terminal_ = false;
    bool lent_ = false;
    bool waits_for_terminal_ = false; // stopped, as it wants what it has not
    bool wants_terminal_ = false;     // since lately, and this process has it not to lend
    kept_programs kept_;
    process_evidence files_;
    std::string path_; // of the program that was started last
};

} // namespace restat::detail
