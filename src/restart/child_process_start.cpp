#include "restart/child_process.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/files/file_calls.hpp"
#include "platform/modules/elf.hpp"
#include "platform/process/environment.hpp"
#include "platform/process/launch_check.hpp"
#include "platform/process/memfd.hpp"
#include "platform/process/placed_descriptors.hpp"
#include "platform/process/process_spawn.hpp"
#include "restart/incoming_handoff.hpp"

#include <restat/renames.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>

// The start of a child: its arguments, environment and descriptors, then the launch of the file or
// of the copy of the last good program.
namespace restat::detail {
namespace {

constexpr std::string_view default_search = "/bin:/usr/bin"; // the default of execvp

// The longest wait for a stop of this process, which may last long, but begins immediately.
constexpr std::chrono::seconds thaw_limit{1};

} // namespace

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

} // namespace restat::detail
