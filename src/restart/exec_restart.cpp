#include <restat/restart/exec_restart.hpp>

#include "linux/launch.hpp"
#include "linux/launch_check.hpp"
#include "linux/memfd.hpp"
#include "linux/process_exec.hpp"
#include "restart/hand_over.hpp"

#include <restat/error.hpp>

#include <charconv>
#include <new>

namespace restat {
namespace {

constexpr char variable[] = "RESTAT_HANDOVER";

// What the process before left; its number comes from outside, so it is checked.
detail::held_descriptor take_inheritance() {
    if (detail::is_privileged()) return {};
    std::string const text = detail::take_variable(variable);
    int number = -1;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    bool const is_number = error == std::errc{} && end == text.data() + text.size();
    if (!is_number || number <= 2 || !detail::is_sealed_file(number)) return {};
    detail::set_on_exec(number, detail::on_exec::close);
    return detail::held_descriptor{number};
}

} // namespace

struct exec_restart::state {
    explicit state(exec_options from) : options{std::move(from)} {
        detail::remove_variable(launch.environment, variable);
        for (auto& assignment : options.environment) {
            detail::set_variable(launch.environment, std::move(assignment));
        }
    }

    std::error_code check() const;
    std::error_code become() const;

    exec_options options;
    detail::launch_record launch = detail::take_launch_record();
    detail::held_descriptor inheritance = take_inheritance();
    detail::held_descriptor legacy; // what the next process starts from
};

std::error_code exec_restart::state::check() const {
    if (launch.error) return launch.error;
    bool const distrusts =
        options.writable_by_others == writable_program::refused_to_root && detail::is_root();
    if (distrusts && detail::is_writable_by_others(launch.path)) {
        return std::make_error_code(std::errc::operation_not_permitted);
    }
    return detail::check_program(launch.path);
}

std::error_code exec_restart::state::become() const {
    auto environment = launch.environment;
    if (legacy) {
        environment.push_back(variable + ('=' + std::to_string(legacy.get())));
    }
    return detail::become({launch.path, launch.directory, launch.arguments, environment,
                           launch.signals, legacy.get()});
}

exec_restart::exec_restart() : exec_restart{exec_options{}} {}

exec_restart::exec_restart(exec_options options)
    : state_{detail::make_owned<state>(std::move(options))} {}

restart_result exec_restart::restart(change_set const&, std::error_code& error) {
    error = state_->check();
    if (!error) error = state_->become();
    state_->legacy.reset();
    return restart_result::refused;
}

void exec_restart::hand_over(snapshot const& known) {
    state_->legacy.reset();
    if (state_->check()) return;
    try {
        state_->legacy = detail::make_sealed_file("restat handover", detail::encode(known));
    } catch (std::bad_alloc const&) { // the next process takes a baseline of its own
    }
}

bool exec_restart::inherit(snapshot& known) {
    auto const from = std::move(state_->inheritance);
    std::string bytes;
    return from && detail::read_whole(from.get(), bytes) && detail::decode(bytes, known);
}

} // namespace restat
