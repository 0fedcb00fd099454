#include "restart/child_process.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/files/file_calls.hpp"
#include "platform/files/thread.hpp"
#include "platform/modules/elf.hpp"
#include "platform/process/descendants.hpp"
#include "platform/process/environment.hpp"
#include "platform/process/launch_check.hpp"
#include "platform/process/memfd.hpp"
#include "platform/process/placed_descriptors.hpp"
#include "platform/process/process.hpp"
#include "platform/process/process_spawn.hpp"
#include "platform/process/signal.hpp"
#include "restart/incoming_handoff.hpp"

#include <restat/error.hpp>
#include <restat/renames.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace restat::detail {
namespace {

constexpr std::string_view default_search = "/bin:/usr/bin"; // the default of execvp

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

// Limits the waits of one thread for another. A start lasts for one exec. A stop of this process
// may last long, but begins immediately.
constexpr std::chrono::seconds start_limit{5};
constexpr std::chrono::seconds thaw_limit{1};

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

start_outcome child_process::find_program_file() const {
    if (recipe_.run) return {};
    auto search = value_of("PATH", recipe_.environment);
    if (search.empty()) search = default_search;
    std::error_code error;
    auto const& name = recipe_.program.empty() ? recipe_.command.front() : recipe_.program;
    auto path = find_program(name, search, recipe_.directory, error);
    return {0, error, std::move(path)};
}

// In another working directory, a relative path would mean another file.
std::string child_process::records_of(change_set const& changes) const {
    std::string records;
    for (change const& what : without_renames(changes)) {
        records += to_string(what.kind);
        records += '\t';
        records += recipe_.directory.empty() ? what.path : directory_.whole(what.path);
        records += '\0';
    }
    return records;
}

start_outcome child_process::check() {
    if (!recipe_.directory.empty()) {
        if (auto const error = check_directory(recipe_.directory)) {
            return {.error = error, .path = recipe_.directory};
        }
    }
    auto outcome = find_program_file();
    if (!recipe_.run && !outcome.error) outcome.error = check_program(outcome.path);
    return outcome;
}

// Delays signals from other threads until the end of a start, so they reach the new child. While
// this process is about to be stopped, no start begins: the child would run on alone.
struct child_process::start_under_way {
    explicit start_under_way(child_process& which) : of{which} {
        std::unique_lock lock{of.mutex_};
        of.state_changed_.wait_for(lock, thaw_limit, [&] { return !of.frozen_; });
        of.starting_ = true;
    }
    start_under_way(start_under_way const&) = delete;
    ~start_under_way() {
        {
            std::lock_guard const lock{of.mutex_};
            of.starting_ = false;
        }
        of.state_changed_.notify_all();
    }

    child_process& of;
};

start_outcome child_process::start(start_request const& how) {
    bool const is_copy = how.source == start_source::copy;
    auto found = is_copy ? find_program_file() : check();
    if (found.error && !is_copy) return found;
    held_descriptor changes;
    if (how.reason == start_reason::change) {
        changes = hold_bytes("restat changes", records_of(how.changes), first_unplaced());
    }
    auto const given = prepare_handoff(inheritance_, {});
    if (given.error) return {.error = given.error, .path = std::move(found.path)};
    auto what = make_request(how, changes);
    pass_handoff(given, what);
    what.path = std::move(found.path);
    if (auto const error = open_notify_socket(what)) {
        return {.error = error, .path = std::move(what.path), .is_temporary = true};
    }
    start_under_way const begun{*this};
    lend_terminal_to(what);
    auto outcome = is_copy ? launch_copy(what) : launch_file(what);
    notify_.started();
    if (outcome.error) {
        take_terminal_back();
        stop_listening();
    } else {
        adopt(outcome.pid);
        path_ = what.path;
    }
    outcome.path = std::move(what.path);
    return outcome;
}

void child_process::lend_terminal_to(spawn_request& what) noexcept {
    at_terminal_ = recipe_.input == command_input::inherited && terminal_.open();
    lent_ = at_terminal_ && terminal_.is_for_child_at_start() && terminal_.can_lend();
    relay_.begin();
    if (!lent_) return;
    relay_.prepare();
    what.lends = &terminal_;
    what.relay = &relay_;
}

start_outcome child_process::launch(spawn_request& what) {
    auto const clock = detail::stamp_clock();
    auto const made = spawn(what);
    return {.pid = made.pid,
            .error = made.error,
            .is_temporary = made.because == spawn_outcome::cause::system,
            .clock = clock};
}

start_outcome child_process::launch_file(spawn_request& what) {
    if (recipe_.ready == readiness::started || recipe_.run) return launch(what);
    kept_.forget_run();
    program_source file{what.path};
    auto outcome = launch(what);
    if (!outcome.error) kept_.started(file, outcome.copy_error);
    return outcome;
}

// The interpreter opens a script again, by its descriptor number.
start_outcome child_process::launch_copy(spawn_request& what) {
    auto const image = duplicate(kept_.good().file, first_unplaced());
    if (!image) return {.error = {errno, std::generic_category()}, .is_temporary = true};
    kept_.forget_run();
    what.image = image.get();
    if (!interpreter_of(image.get()).empty()) what.keep.push_back(image.get());
    auto outcome = launch(what);
    if (!outcome.error) kept_.rolled_back_to_good();
    return outcome;
}

std::error_code child_process::open_notify_socket(spawn_request& to) {
    if (!polled_) return {};
    if (auto const error = notify_.open(first_unplaced())) return error;
    polled_->add(notify_.datagrams());
    polled_->add(notify_.bytes());
    to.keep.push_back(notify_.child_end());
    set_variable(to.environment, "NOTIFY_SOCKET=" + notify_.address());
    set_variable(to.environment, "RESTAT_READY=/dev/fd/" + std::to_string(notify_.child_end()));
    return {};
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

spawn_request child_process::make_request(start_request const& how,
                                          held_descriptor const& changes) const {
    spawn_request what{.path = {},
                       .arguments = recipe_.command,
                       .environment = recipe_.environment,
                       .directory = recipe_.directory,
                       .signals = signals_,
                       .keep = recipe_.keep,
                       .run = recipe_.run};
    if (recipe_.input == command_input::nothing) {
        what.reads = spawn_request::input::nothing;
    }
    auto& environment = what.environment;
    set_variable(environment, "RESTAT_GENERATION=" + std::to_string(how.generation));
    set_variable(environment, "RESTAT_REASON=" + std::string{to_string(how.reason)});
    if (changes) {
        auto const number = std::to_string(changes.get());
        set_variable(environment, "RESTAT_CHANGES=/dev/fd/" + number);
        what.keep.push_back(changes.get());
    }
    if (recipe_.prepare) {
        next_run run{how.generation, how.changes, what.arguments, environment};
        recipe_.prepare(run);
    }
    return what;
}

int child_process::first_unplaced() const noexcept {
    return first_placed + static_cast<int>(inheritance_.descriptors().size());
}

void child_process::keep(int number, std::string name) {
    keep_beside(recipe_.keep, inheritance_, number, std::move(name));
}

void child_process::stash(std::string name, std::string bytes) {
    inheritance_.stash(std::move(name), std::move(bytes));
}

// A program receives the inheritance by variables; a forked function finds it in memory.
void child_process::pass_handoff(outgoing_handoff const& given, spawn_request& to) const {
    if (to.run) {
        for (auto const name : given_variables) remove_variable(to.environment, name);
        to.run = [run = std::move(to.run), mine = inheritance_] {
            handoff_to_this_process().replace_by(mine);
            return run();
        };
        return;
    }
    set_handoff_variables(to.environment, given, given_descriptors::passed_on);
    if (given.descriptors.empty()) pass_on_listeners(to.environment);
    to.placed = given.descriptors;
    if (given.file) to.keep.push_back(given.file.get());
}

// Passes the descriptors of a service manager on if the program keeps all of them. Otherwise
// removes the variables, since the numbers mean nothing to the program.
void child_process::pass_on_listeners(std::vector<std::string>& environment) const {
    int const count = std::atoi(std::string{value_of("LISTEN_FDS", environment)}.c_str());
    bool kept = value_of("LISTEN_PID", environment) == std::to_string(owner_);
    for (int number = first_placed; kept && number - first_placed < count; ++number) {
        kept =
            std::count(recipe_.keep.begin(), recipe_.keep.end(), number) > 0 && is_open(number);
    }
    if (kept) return set_variable(environment, room_for_pid);
    for (auto const name : given_variables) remove_variable(environment, name);
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
