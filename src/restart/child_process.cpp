#include "restart/child_process.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/files/file_calls.hpp"
#include "platform/files/thread.hpp"
#include "platform/process/descendants.hpp"
#include "platform/process/environment.hpp"
#include "platform/process/process.hpp"
#include "platform/process/signal.hpp"

#include <restat/error.hpp>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>

namespace restat::detail {
namespace {

std::vector<std::string> base_environment(std::vector<std::string> const& additions) {
    auto environment = current_environment();
    for (auto const name :
         {"RESTAT_GENERATION", "RESTAT_REASON", "RESTAT_CHANGES", "RESTAT_READY"}) {
        remove_variable(environment, name);
    }
    for (auto const& assignment : additions) set_variable(environment, assignment);
    return environment;
}

// Returns the mark shared by all processes of this object. If a supervisor runs below another
// supervisor, the variable holds several marks.
std::string mark_of(void const* object) {
    char text[48];
    std::snprintf(text, sizeof text, ":%d.%llx:", this_process(),
                  static_cast<unsigned long long>(reinterpret_cast<std::uintptr_t>(object)));
    return text;
}

bool has_nul(std::vector<std::string> const& strings) {
    return std::any_of(strings.begin(), strings.end(),
                       [](auto const& text) { return text.find('\0') != text.npos; });
}

// The longest wait for a start in another thread, which lasts for one exec.
constexpr std::chrono::seconds start_limit{5};

bool is_about_terminal(int signal) noexcept { return signal == SIGTTIN || signal == SIGTTOU; }

} // namespace

void check_command(std::vector<std::string> const& command,
                   std::vector<std::string> const& environment) {
    if (!command.empty() && !has_nul(command) && !has_nul(environment)) return;
    throw_error(std::make_error_code(std::errc::invalid_argument), "run the command",
                command.empty() ? "" : command.front());
}

child_process::child_process(child_recipe recipe)
    : recipe_{std::move(recipe)}, signals_{current_signals()}, owner_{this_process()} {
    recipe_.environment = base_environment(recipe_.environment);
    if (!recipe_.directory.empty()) recipe_.directory = directory_.whole(recipe_.directory);
    if (recipe_.ready == readiness::notified) polled_.emplace();
    if (recipe_.escaped_processes == escape_policy::leave) return;
    mark_ = mark_of(this);
    std::string marks{value_of("RESTAT_FAMILY", recipe_.environment)};
    set_variable(recipe_.environment, "RESTAT_FAMILY=" + marks + mark_);
    adopts_ = recipe_.escaped_processes == escape_policy::adopt && adopt_orphans();
}

child_process::~child_process() {
    if (group_ == 0 || owner_ != this_process()) return;
    constexpr int pause = 10; // ms
    int left = 500;           // pauses left
    kill();
    for (; left > 0 && !ended(); --left) wait_readable_for(end_.get(), pause);
    for (; left > 0 && !is_gone(); --left) wait_readable_for(-1, pause);
    reap();
}

bool child_process::has_reported_ready() noexcept {
    int const bytes = notify_.bytes();
    bool const said = notify_.take_report(group_);
    if (polled_ && notify_.bytes() < 0) polled_->remove(bytes);
    return said;
}

void child_process::approve() noexcept { kept_.approve(); }

// A forked function shares these descriptors, so closing them here does not remove them from the
// set.
void child_process::stop_listening() noexcept {
    if (!polled_) return;
    polled_->remove(notify_.datagrams());
    polled_->remove(notify_.bytes());
    notify_.stop_listening();
}

bool child_process::can_roll_back() noexcept try {
    return kept_.can_roll_back();
} catch (std::bad_alloc const&) { // the contents were not compared
    return true;
}

int child_process::descriptor() const noexcept {
    return end_ && polled_ ? polled_->descriptor() : end_.get();
}

void child_process::adopt(int leader) {
    std::lock_guard const lock{mutex_};
    group_ = leader;
    written_.begin_run();
    hold_ = hold::leader;
    killed_ = got_key_ = false;
    if (frozen_) signal_group(group_, SIGSTOP);
    waits_for_terminal_ = false;
    end_ = end_descriptor(leader);
    if (polled_) polled_->add(end_.get());
}

void child_process::keep(int number, std::string name) {
    keep_beside(recipe_.keep, inheritance_, number, std::move(name));
}

void child_process::stash(std::string name, std::string bytes) {
    inheritance_.stash(std::move(name), std::move(bytes));
}

void child_process::signal(int number) noexcept { send({number, SIGCONT}); }

void child_process::send(std::initializer_list<int> signals) noexcept {
    auto const whom = [&] {
        std::unique_lock lock{mutex_};
        wait_for_start(lock);
        signal_held_group(signals);
        return family_held();
    }();
    if (whom.group != 0) signal_strays(whom, signals);
}

void child_process::signal_leader(int number) noexcept {
    std::lock_guard const lock{mutex_};
    if (hold_ == hold::leader) signal_process(group_, number);
}

// The list of descendants is complete only if the leader remains a zombie.
process_family child_process::family_held() const noexcept {
    using membership = process_family::membership;
    bool const descended = adopts_ && hold_ == hold::leader;
    return {group_, mark_, descended ? membership::descended : membership::marked, relay_.pid()};
}

process_family child_process::family() noexcept {
    std::lock_guard const lock{mutex_};
    return family_held();
}

void child_process::kill() noexcept { send({SIGKILL}); }

void child_process::freeze() noexcept {
    std::unique_lock lock{mutex_};
    frozen_ = true;
    wait_for_start(lock);
    signal_held_group({SIGSTOP});
}

void child_process::thaw() noexcept {
    {
        std::lock_guard const lock{mutex_};
        frozen_ = false;
        signal_held_group({SIGCONT});
    }
    state_changed_.notify_all();
}

void child_process::pass_key(int signal) noexcept {
    std::unique_lock lock{mutex_};
    wait_for_start(lock);
    got_key_ = true;
    signal_held_group({signal});
}

void child_process::wait_for_start(std::unique_lock<std::mutex>& held) noexcept {
    state_changed_.wait_for(held, start_limit, [&] { return !starting_; });
}

// Requires the mutex.
void child_process::signal_held_group(std::initializer_list<int> numbers) noexcept {
    bool const held =
        hold_ == hold::leader || (hold_ == hold::members && group_has_members(group_));
    for (int const number : numbers) {
        if (number == SIGKILL) killed_ = true;
        if (held) signal_group(group_, number);
    }
}

std::optional<leader_end> child_process::ended() noexcept {
    auto const end = check_end(group_);
    if (!end) return {};
    if (end->error) {
        std::lock_guard const lock{mutex_};
        hold_ = hold::members;
    }
    if (polled_) polled_->remove(end_.get());
    end_.reset();
    stop_listening();
    bool const had_terminal = take_terminal_back();
    int const by = end->status.signal;
    return leader_end{end->status, end->error, had_terminal && (by == SIGINT || by == SIGQUIT)};
}

bool child_process::is_gone() noexcept {
    auto const whom = family();
    switch (check_family(whom)) {
    case family_life::none:
        return whom.known_by == process_family::membership::marked ||
               is_gone_without_descendants();
    case family_life::some:
        if (killed_) kill(); // includes processes created after the first KILL
        return false;
    case family_life::unseen: return is_gone_unseen();
    case family_life::unknown: return killed_ && is_gone_unseen();
    }
    return false;
}

// A process from outside may have joined the group. This process keeps the group's number in use,
// and the search treats the process as a member.
bool child_process::is_gone_without_descendants() noexcept {
    std::lock_guard const lock{mutex_};
    hold_ = hold::members;
    detail::reap(group_);
    return !group_exists(group_);
}

// Kills the whole group before giving its number back; later calls only check the group.
bool child_process::is_gone_unseen() noexcept {
    if (hold_ == hold::leader) {
        std::lock_guard const lock{mutex_};
        signal_group(group_, SIGKILL);
        hold_ = hold::none;
        detail::reap(group_);
    }
    reap_group(group_);
    return !group_exists(group_);
}

std::vector<process_name> child_process::members() noexcept try {
    std::vector<process_name> all;
    for (auto& one : members_of(family())) all.push_back({one.pid, std::move(one.name)});
    return all;
} catch (std::bad_alloc const&) { // names are missing, but KILL reaches every process
    return {};
}

std::vector<int> child_process::pids() {
    std::vector<int> all;
    if (group_ == 0) return all;
    for (auto const& one : members_of(family())) all.push_back(one.pid);
    return all;
}

file_evidence& child_process::gather_evidence() {
    files_ = process_evidence{pids(), path_, directory_, written_};
    return files_;
}

void child_process::note_written_files() {
    constexpr std::chrono::milliseconds shortest_pause{2};
    auto const begin = std::chrono::steady_clock::now();
    if (begin < next_note_) return;
    written_.note(files_written_by(pids()), stamp_clock());
    auto const end = std::chrono::steady_clock::now();
    next_note_ = end + std::max<std::chrono::nanoseconds>(9 * (end - begin), shortest_pause);
}

void child_process::reap() noexcept {
    std::lock_guard const lock{mutex_};
    if (hold_ == hold::leader) reap_group(group_);
    hold_ = hold::none;
    group_ = 0;
    written_.note({}, stamp_clock());
}

// Returns true if the group had the terminal.
bool child_process::take_terminal_back() noexcept {
    relay_.leave();
    bool const was_lent = std::exchange(lent_, false);
    bool const had = was_lent && terminal_.is_lent_to(group_);
    if (was_lent) terminal_.take_back(group_);
    at_terminal_ = false;
    terminal_.close();
    return had;
}

bool child_process::lend_terminal() noexcept {
    if (!at_terminal_ || !terminal_.can_lend()) return false;
    lent_ = true;
    relay_.prepare();
    relay_.join(group_);
    terminal_.lend_to(group_);
    return true;
}

// Lends the terminal to a stopped program once this process has it. An editor stops itself by
// STOP after its cleanup.
bool child_process::was_suspended() noexcept {
    int const stop = take_stop(group_);
    bool const asked = relay_.heard_suspend();
    if (is_about_terminal(stop)) waits_for_terminal_ = true;
    if (waits_for_terminal_ && lend_terminal()) {
        waits_for_terminal_ = false;
        send({SIGCONT});
    }
    wants_terminal_ = waits_for_terminal_ && is_about_terminal(stop);
    if (stop != SIGTSTP && !(stop == SIGSTOP && asked)) return false;
    relay_.leave();
    terminal_.take_back(group_);
    lent_ = false;
    return true;
}

void child_process::resume() noexcept {
    lend_terminal();
    send({SIGCONT});
}

} // namespace restat::detail
