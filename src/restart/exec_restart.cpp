#include <restat/restart/exec_restart.hpp>

#include "platform/files/file_calls.hpp"
#include "platform/files/seed.hpp"
#include "platform/files/thread.hpp"
#include "platform/process/announced_descriptors.hpp"
#include "platform/process/environment.hpp"
#include "platform/process/known_children.hpp"
#include "platform/process/launch.hpp"
#include "platform/process/launch_check.hpp"
#include "platform/process/placed_descriptors.hpp"
#include "platform/process/process_exec.hpp"
#include "restart/content_memory.hpp"
#include "restart/exec_settings.hpp"
#include "restart/ignore_rule.hpp"
#include "restart/incoming_handoff.hpp"
#include "restart/outgoing_handoff.hpp"
#include "restart/process_evidence.hpp"
#include "restart/restart_loop_guard.hpp"
#include "values/snapshot_encoding.hpp"

#include <restat/error.hpp>
#include <restat/observer.hpp>
#include <restat/options.hpp>
#include <restat/snapshot_builder.hpp>

#include <algorithm>
#include <new>

namespace restat {
namespace {

// Returns every option for the choice of files, as text.
std::string selection_of(options const& watch) {
    std::string text;
    auto const add = [&](std::string_view item) { text.append(item) += '\0'; };
    for (auto const& path : watch.track) add(path);
    add({});
    for (auto const& rule : watch.ignore_patterns) {
        add(rule.kind == pattern::syntax::glob ? "glob" : "regex");
        add(rule.text);
    }
    add({});
    for (auto const& name : watch.ignore_dirs) add(name);
    add(watch.default_ignores ? "and the defaults" : "alone");
    return text;
}

// Returns a snapshot for a different choice of files: an added or missing entry is no change, a
// different record is a change.
snapshot of_another_selection(snapshot const& known) {
    snapshot_builder builder;
    for (entry what : known) {
        what.incidental = true;
        builder.add(what);
    }
    for (char const* const all : {"/", ".", ".."}) {
        builder.add_error(all, std::make_error_code(std::errc::not_supported),
                          "know of the run before");
    }
    return builder.finish();
}

// Returns the delivery time by the reloader; zero without a reloader.
time_point delivered_at(change_set const& changes) {
    time_point at{};
    for (change const& what : changes) at = std::max(at, what.history.delivered);
    return at;
}

} // namespace

struct exec_restart::state {
    state(exec_options from, std::string what_is_watched, comparison counts,
          observer* findings = nullptr);

    void throw_if_unknown() const;
    std::error_code check() const;
    restart_result try_restart(change_set const& counted, std::error_code& error);
    detail::restart_loop_guard::verdict ask_guard(change_set const& counted);
    detail::restart_loop_guard::memory starts_with(change_set const& why) const;
    detail::outgoing_handoff leave(change_set const& cause) const;
    std::error_code become(detail::outgoing_handoff const& left);
    restart_result refuse(std::error_code why, std::string const& path);

    exec_options options;
    std::string selection;
    detail::launch_record launch = detail::take_launch_record();
    detail::announced_descriptors announced{launch.environment};
    detail::start_directory directory; // of relative paths
    detail::content_memory contents;
    std::string inherited; // the previous process's snapshot, as bytes
    bool is_same_selection = true;
    std::size_t generation = 1;
    change_set cause;
    detail::restart_loop_guard guard;
    std::string loop_rule;
    observer* findings;
    std::error_code waits_for; // the reported reason of the refusals so far

    inheritance next;
    std::vector<detail::owned<detail::host_step>> steps;
    std::vector<detail::owned<detail::host_step>> last_steps;
    detail::known_children children;
    snapshot const* known = nullptr; // for the next process, during a `restart`
};

exec_restart::state::state(exec_options from, std::string what_is_watched, comparison counts,
                           observer* listener)
    : options{std::move(from)}
    , selection{std::move(what_is_watched)}
    , contents{counts}
    , guard{options.guard, detail::new_seed()}
    , findings{listener} {
    // If a script replaces the program and runs it under another name, the new name is no change
    // of the program.
    selection.append(1, '\0').append(launch.path);
    detail::remove_variable(launch.environment, detail::handoff_variable);
    for (auto& assignment : options.environment) {
        detail::set_variable(launch.environment, assignment);
    }
    auto& left = detail::handoff_to_this_process().left();
    inherited = std::exchange(left.known, {});
    is_same_selection = left.selection == selection;
    if (!inherited.empty()) contents.restore(std::exchange(left.contents, {}));
    generation = static_cast<std::size_t>(left.generation);
    cause = left.cause;
    guard.restore(std::exchange(left.guard, {}));
}

void exec_restart::state::throw_if_unknown() const {
    if (launch.error) detail::throw_error(launch.error, "start this program again", launch.path);
}

std::error_code exec_restart::state::check() const {
    if (launch.error) return launch.error;
    bool const distrusts =
        options.writable_by_others == writable_program::refused_to_root && detail::is_root();
    if (distrusts && detail::is_writable_by_others(launch.path)) {
        return std::make_error_code(std::errc::operation_not_permitted);
    }
    if (auto const reason = detail::check_program(launch.path)) return reason;
    return detail::raises_privileges(launch.path) ? errc::privileged : std::error_code{};
}

detail::restart_loop_guard::verdict exec_restart::state::ask_guard(change_set const& counted) {
    auto const now = delivered_at(counted);
    if (now == time_point{}) return detail::restart_loop_guard::verdict::restart;
    detail::process_evidence files{{detail::this_process()}, launch.path, directory};
    auto const made = guard.judge(counted, now, files);
    auto const& paths = made.proven.empty() ? made.suspended : made.proven;
    if (!paths.empty()) loop_rule = detail::ignore_rule_for(paths);
    if (!made.proven.empty() && findings) {
        findings->on_finding({made.proven.front(), errc::restart_loop, "restart for"});
    }
    return made.decision;
}

detail::restart_loop_guard::memory exec_restart::state::starts_with(change_set const& why) const {
    auto const now = delivered_at(why);
    if (now == time_point{}) return {};
    return guard.memory_after_start(now, detail::stamp_clock());
}

// Encodes the snapshot, and so is called only once the program can start. If the memory is not
// enough for the snapshot, the next process takes its own baseline.
detail::outgoing_handoff exec_restart::state::leave(change_set const& why) const {
    auto const prepare = [&](snapshot const* with) {
        return detail::prepare_handoff(next,
                                       {.pid = detail::this_process(),
                                        .generation = generation + 1,
                                        .cause = why,
                                        .guard = starts_with(why),
                                        .selection = selection,
                                        .contents = contents.list()},
                                       with);
    };
    try {
        return prepare(known);
    } catch (std::bad_alloc const&) {
        return prepare(nullptr);
    }
}

// The next run also gets the descriptors of a service manager, unless this run took them. In that
// case a kept descriptor has a name of its own.
std::error_code exec_restart::state::become(detail::outgoing_handoff const& left) {
    using detail::given_descriptors;
    auto const end = detail::first_placed + static_cast<int>(left.descriptors.size());
    bool const are_free =
        left.descriptors.empty() && !detail::handoff_to_this_process().has_adopted();
    auto kept = are_free ? announced.listeners() : std::vector<int>{};
    auto const given = kept.empty() ? given_descriptors::dropped : given_descriptors::passed_on;
    auto environment = launch.environment;
    auto const moved = detail::move_job_servers(environment, end);
    detail::set_handoff_variables(environment, left, given);
    for (int const number : announced.numbers()) kept.push_back(number);
    for (int const number : options.inherit) kept.push_back(number);
    for (auto const& file : moved) kept.push_back(file.get());
    if (left.file) kept.push_back(left.file.get());
    return detail::become({launch, environment, left.descriptors, kept,
                           options.others == other_descriptors::closed});
}

// Reports each reason once, until a restart or until the changes no longer count.
restart_result exec_restart::state::refuse(std::error_code why, std::string const& path) {
    bool const is_new = std::exchange(waits_for, why) != why;
    if (is_new && findings) findings->on_finding({path, why, "restart with"});
    return restart_result::refused;
}

restart_result exec_restart::state::try_restart(change_set const& counted,
                                                std::error_code& error) {
    error = check();
    if (error) return refuse(error, launch.path);
    for (auto const& step : steps) step->take();
    error = check();
    if (error) return refuse(error, launch.path);
    auto const left = leave(counted);
    error = left.error;
    if (error) return refuse(error, launch.path);
    for (auto const& step : last_steps) step->take();
    children.end(options.grace);
    if (findings) findings->on_restarting(counted);
    error = become(left);
    return refuse(error, launch.path);
}

exec_restart::exec_restart() : exec_restart{exec_options{}} {}

exec_restart::exec_restart(exec_options how)
    : state_{detail::make_owned<state>(std::move(how), std::string{}, comparison::any)} {
    state_->throw_if_unknown();
}

exec_restart::exec_restart(options const& watch) : exec_restart{watch, exec_options{}} {}

exec_restart::exec_restart(options const& watch, exec_options how)
    : state_{detail::make_owned<state>(detail::exec_settings(watch, std::move(how)),
                                       selection_of(watch), watch.compare, watch.observer)} {
    state_->throw_if_unknown();
}

exec_restart::exec_restart(exec_options how, std::error_code& error)
    : state_{detail::make_owned<state>(std::move(how), std::string{}, comparison::any)} {
    error = state_->launch.error;
}

void exec_restart::keep(int descriptor, std::string name) {
    detail::keep_beside(state_->options.inherit, state_->next, descriptor, std::move(name));
}

void exec_restart::stash(std::string name, std::string bytes) {
    state_->next.stash(std::move(name), std::move(bytes));
}

void exec_restart::add_step(detail::owned<detail::host_step> what) {
    state_->steps.push_back(std::move(what));
}

void exec_restart::add_last_step(detail::owned<detail::host_step> what) {
    state_->last_steps.push_back(std::move(what));
}

void exec_restart::end_child(int pid) { state_->children.add(pid); }

std::size_t exec_restart::generation() const noexcept { return state_->generation; }
change_set const& exec_restart::cause() const noexcept { return state_->cause; }

std::string exec_restart::loop_rule() const { return state_->loop_rule; }
time_point exec_restart::suspended_until() const noexcept { return state_->guard.until(); }

restart_result exec_restart::restart(change_set const& changes, std::error_code& error) {
    struct end_of_snapshot {
        ~end_of_snapshot() { of.known = nullptr; }
        state& of;
    } const scope{*state_};
    auto const counted = state_->contents.changed(changes, error);
    if (error) return state_->refuse(error, state_->contents.incomplete());
    using verdict = detail::restart_loop_guard::verdict;
    bool const is_nothing = counted.empty() && !changes.empty();
    auto const ruled = is_nothing ? verdict::settle : state_->ask_guard(counted);
    if (ruled == verdict::settle) {
        state_->contents.adopt();
        state_->waits_for.clear();
        return restart_result::declined;
    }
    if (ruled == verdict::suspend) {
        error = errc::restart_suspended;
        return restart_result::suspended;
    }
    return state_->try_restart(counted, error);
}

void exec_restart::learn(snapshot const& baseline) { state_->contents.learn(baseline); }

void exec_restart::observe(observer* who) { state_->findings = who; }

void exec_restart::hand_over(snapshot const& known) { state_->known = &known; }

bool exec_restart::inherit(snapshot& known) {
    auto const bytes = std::exchange(state_->inherited, {});
    snapshot read;
    if (!detail::decode(bytes, read)) return false;
    known = state_->is_same_selection ? std::move(read) : of_another_selection(read);
    return true;
}

} // namespace restat
