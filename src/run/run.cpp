#include <restat/run.hpp>

#include "base/pending_stop.hpp"
#include "platform/files/signal_hold.hpp"
#include "platform/process/environment.hpp"
#include "platform/process/notify_socket.hpp"
#include "platform/process/signal_fd.hpp"
#include "platform/process/signal_stop_token.hpp"
#include "run_role.hpp"
#include "run_supervisor.hpp"

#include <restat/clock/interruptible_clock.hpp>
#include <restat/error.hpp>

#include <csignal>
#include <cstdlib>
#include <thread>

namespace restat {
namespace {

using detail::child_message;
using detail::role_of_this_process;

// Runs the reloader while another thread listens for signals, so a signal also ends a long scan.
// Returns the signal behind the end, or 0.
template <class Reloader>
int run_until_signal(Reloader& reloader, detail::program_supervisor& program,
                     detail::signal_fd const& signals) {
    int first = 0;
    auto const handle = [&](int signal) {
        if (signal == SIGTSTP) {
            {
                detail::pending_stop const this_process;
                program.freeze();
            }
            return program.thaw();
        }
        if (first != 0 && signal == SIGINT) program.kill();
        if (first == 0) first = signal;
        reloader.stop();
    };
    constexpr std::chrono::milliseconds signal_check_pause{50}; // without a signal descriptor
    interruptible_clock clock;
    auto const listen = [&](std::stop_token stop) {
        auto const next_check = [&] {
            return signals.descriptor() >= 0 ? time_point::max()
                                             : clock.now() + signal_check_pause;
        };
        while (clock.wait_until(next_check(), stop, signals.descriptor()) != wake::stopped) {
            if (int const signal = signals.take(); signal != 0) handle(signal);
        }
    };
    std::jthread listener = [&] {
        detail::signals_blocked const blocked; // the host's handlers run on the host's threads
        return std::jthread{listen};
    }();
    reloader.run();
    listener.request_stop();
    listener.join();
    return first;
}

int supervise_program(options const& watch, std::string const& calls) {
    detail::supervised_run run{calls, watch};
    auto& program = run.program;
    int signal = 0;
    {
        detail::signal_fd const signals;
        signal = run_until_signal(run.reloader, program, signals);
    }
    if (signal == 0) signal = program.interrupted_by();
    if (signal == 0) return program.result();
    detail::raise_signal(signal);
    return 128 + signal;
}

int call_in_place(detail::watched_call const& what) {
    if (!what.takes_token) return what.run(what.context, {});
    detail::signal_stop_token const end;
    return what.run(what.context, end.token());
}

std::string describe_calls(std::vector<int> const& results) {
    std::string text;
    for (int const result : results) text += (text.empty() ? ':' : ',') + std::to_string(result);
    return text.empty() ? ":" : text;
}

} // namespace

int restart_with_reloader(options const& watch) {
    if (is_reloader_child()) {
        detail::throw_error(std::make_error_code(std::errc::operation_not_permitted),
                            "supervise this program from its own child process");
    }
    return supervise_program(watch, {});
}

bool is_reloader_child() { return role_of_this_process().is_child(); }

bool request_restart() { return role_of_this_process().send(child_message::type::restart); }

bool report_ready() {
    return is_reloader_child() &&
           detail::send_ready(detail::value_of_variable("RESTAT_READY").c_str());
}

int detail::run_call(options const& watch, watched_call const& what) {
    auto& role = role_of_this_process();
    if (role.calls_in_place()) return call_in_place(what);
    if (!role.is_child()) {
        int const result = supervise_program(watch, describe_calls(role.results()));
        role.results().push_back(result);
        return result;
    }
    if (int result = 0; role.replays(result)) return result;
    role.enter_call();
    int const result = call_in_place(what);
    role.send(child_message::type::returned, result);
    std::exit(result);
}

} // namespace restat
