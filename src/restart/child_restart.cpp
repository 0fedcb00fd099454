#include <restat/restart/child_restart.hpp>

#include "platform/files/seed.hpp"
#include "restart/child_process.hpp"
#include "restart/supervisor.hpp"

#include <restat/error.hpp>

namespace restat {
namespace {

template <class Options>
detail::supervisor_options plan_of(Options const& options) {
    if (options.ready == readiness::started && options.ready_limit != Options{}.ready_limit) {
        detail::throw_error(std::make_error_code(std::errc::not_supported),
                            "use ready_limit without ready");
    }
    return {.signal = options.signal,
            .grace = options.grace,
            .on_exit = options.on_exit,
            .first = options.first,
            .on_change = options.on_change,
            .change_signal = options.change_signal,
            .run_limit = options.run_limit,
            .ready = options.ready,
            .ready_limit = options.ready_limit,
            .guard = options.guard,
            .seed = detail::new_seed()};
}

} // namespace

struct child_restart::state {
    state(detail::child_recipe recipe, detail::supervisor_options plan, listener on_event)
        : process{std::move(recipe)}, supervisor{plan, std::move(on_event)} {}

    detail::child_process process;
    detail::supervisor supervisor;
};

child_restart::child_restart(command_options options, listener on_event) {
    detail::check_command(options.command, options.environment);
    auto plan = plan_of(options);
    plan.ends_strays = options.escaped_processes != escape_policy::leave;
    detail::child_recipe recipe{.command = std::move(options.command),
                                .program = std::move(options.program),
                                .environment = std::move(options.environment),
                                .directory = std::move(options.directory),
                                .keep = std::move(options.keep),
                                .escaped_processes = options.escaped_processes,
                                .input = options.input,
                                .ready = options.ready,
                                .prepare = std::move(options.prepare)};
    state_ = std::make_unique<state>(std::move(recipe), plan, std::move(on_event));
}

child_restart::child_restart(fork_options options, std::function<int()> run, listener on_event) {
    auto plan = plan_of(options);
    plan.ends_strays = false;
    detail::child_recipe recipe{.command = {},
                                .run = std::move(run),
                                .environment = std::move(options.environment),
                                .ready = options.ready};
    state_ = std::make_unique<state>(std::move(recipe), plan, std::move(on_event));
}

child_restart::child_restart(child_restart&&) noexcept = default;
child_restart& child_restart::operator=(child_restart&&) noexcept = default;
child_restart::~child_restart() = default;

restart_result child_restart::restart(change_set const& changes, std::error_code& error) {
    return state_->supervisor.restart(state_->process, changes, error);
}

restart_result child_restart::restart_now(std::error_code& error) {
    return state_->supervisor.restart(state_->process, {}, error);
}

time_point child_restart::suspended_until() const noexcept {
    return state_->supervisor.suspended_until();
}

void child_restart::start(time_point) { state_->supervisor.start(); }

supervision child_restart::supervise(time_point now) {
    auto const supervised = state_->supervisor.supervise(state_->process, now);
    state_->supervisor.rethrow();
    return supervised;
}

void child_restart::stop(time_point) { state_->supervisor.stop(); }

int child_restart::descriptor() const noexcept { return state_->process.descriptor(); }

void child_restart::keep(int descriptor, std::string name) {
    state_->process.keep(descriptor, std::move(name));
}

void child_restart::stash(std::string name, std::string bytes) {
    state_->process.stash(std::move(name), std::move(bytes));
}

void child_restart::kill() noexcept { state_->process.kill(); }

void child_restart::freeze() noexcept { state_->process.freeze(); }

void child_restart::thaw() noexcept { state_->process.thaw(); }

void child_restart::pass_key(int signal) noexcept { state_->process.pass_key(signal); }

std::optional<exit_status> child_restart::last_exit() const noexcept {
    return state_->supervisor.last_exit();
}

std::error_code child_restart::last_error() const noexcept {
    return state_->supervisor.last_error();
}

int child_restart::pid() const noexcept { return state_->supervisor.pid(); }

} // namespace restat
