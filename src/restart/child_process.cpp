#include "restart/child_process.hpp"

#include "linux/launch.hpp"
#include "linux/launch_check.hpp"

#include <algorithm>
#include <csignal>

namespace restat::detail {
namespace {

constexpr std::string_view default_search = "/bin:/usr/bin"; // as execvp has it

std::string_view to_string(start_reason reason) noexcept {
    constexpr std::string_view names[] = {"start", "change", "exit"};
    return names[static_cast<unsigned>(reason)];
}

std::string records_of(change_set const& changes) {
    std::string records;
    for (change const& what : changes) {
        records += restat::to_string(what.kind);
        records += '\t';
        records += what.path;
        records += '\0';
    }
    return records;
}

std::vector<std::string> base_environment(std::vector<std::string> const& additions) {
    auto environment = current_environment();
    for (auto const name : {"RESTAT_GENERATION", "RESTAT_REASON", "RESTAT_CHANGES"}) {
        remove_variable(environment, name);
    }
    for (auto const& assignment : additions) set_variable(environment, assignment);
    return environment;
}

} // namespace

child_process::child_process(child_recipe recipe)
    : recipe_{std::move(recipe)}, signals_{current_signals()}, owner_{this_process()} {
    recipe_.environment = base_environment(recipe_.environment);
}

child_process::~child_process() {
    if (group_ == 0 || owner_ != this_process()) return;
    constexpr int pause = 10; // ms
    int left = 500;           // of them
    kill();
    for (; left > 0 && !ended(); --left) wait_readable(end_.get(), pause);
    for (; left > 0 && !is_gone(); --left) wait_readable(-1, pause);
    reap();
}

start_outcome child_process::find() const {
    if (recipe_.run) return {};
    auto search = value_of("PATH", recipe_.environment);
    if (search.empty()) search = default_search;
    std::error_code error;
    auto const& name = recipe_.program.empty() ? recipe_.command.front() : recipe_.program;
    auto path = find_program(name, search, error);
    return {0, error, std::move(path)};
}

start_outcome child_process::check() {
    auto outcome = find();
    if (!recipe_.run && !outcome.error) outcome.error = check_program(outcome.path);
    return outcome;
}

start_outcome child_process::start(start_request const& how) {
    auto outcome = check();
    if (outcome.error) return outcome;
    held_descriptor changes;
    if (how.reason == start_reason::change) {
        changes = make_sealed_file("restat changes", records_of(how.changes));
    }
    auto what = request(how, changes);
    what.path = outcome.path;
    lent_ = terminal_.can_lend();
    if (lent_) what.place = spawn_request::on_terminal::foreground;
    outcome.pid = spawn(what, outcome.error);
    if (outcome.error) {
        take_terminal_back();
        return outcome;
    }
    std::lock_guard const lock{mutex_};
    group_ = outcome.pid;
    hold_ = hold::leader;
    end_ = end_descriptor(outcome.pid);
    return outcome;
}

spawn_request child_process::request(start_request const& how,
                                     held_descriptor const& changes) const {
    spawn_request what{.path = {},
                       .arguments = recipe_.command,
                       .environment = recipe_.environment,
                       .signals = signals_,
                       .keep = recipe_.keep,
                       .run = recipe_.run};
    auto& environment = what.environment;
    set_variable(environment, "RESTAT_GENERATION=" + std::to_string(how.generation));
    set_variable(environment, "RESTAT_REASON=" + std::string{to_string(how.reason)});
    if (changes) {
        auto const number = std::to_string(changes.get());
        set_variable(environment, "RESTAT_CHANGES=/dev/fd/" + number);
        what.keep.push_back(changes.get());
    }
    return what;
}

void child_process::signal(int number) noexcept {
    std::lock_guard const lock{mutex_};
    bool const held = hold_ == hold::leader ||
                      (hold_ == hold::members && look_for_members(group_) == group_life::some);
    if (held) signal_group(group_, number);
}

void child_process::kill() noexcept { signal(SIGKILL); }

std::optional<leader_end> child_process::ended() noexcept {
    auto const end = look_at_end(group_);
    if (!end) return {};
    if (end->error) {
        std::lock_guard const lock{mutex_};
        hold_ = hold::members;
    }
    end_.reset();
    bool const had_terminal = take_terminal_back();
    int const by = end->status.signal;
    return leader_end{end->status, end->error, had_terminal && (by == SIGINT || by == SIGQUIT)};
}

bool child_process::is_gone() noexcept {
    auto const members = look_for_members(group_);
    if (members != group_life::unknown) return members == group_life::none;
    if (hold_ == hold::leader) {
        std::lock_guard const lock{mutex_};
        signal_group(group_, SIGKILL);
        hold_ = hold::none;
        detail::reap(group_);
    }
    return !group_exists(group_);
}

void child_process::reap() noexcept {
    std::lock_guard const lock{mutex_};
    if (hold_ == hold::leader) reap_group(group_);
    hold_ = hold::none;
    group_ = 0;
}

// True if the group had it.
bool child_process::take_terminal_back() noexcept {
    if (!std::exchange(lent_, false)) return false;
    bool const had = terminal::is_lent_to(group_);
    terminal_.take_back(group_);
    return had;
}

bool child_process::was_suspended() noexcept {
    if (!detail::was_suspended(group_)) return false;
    terminal_.take_back(group_);
    return true;
}

void child_process::resume() noexcept {
    if (terminal_.can_lend()) terminal::lend_to(group_);
    signal(SIGCONT);
}

} // namespace restat::detail
