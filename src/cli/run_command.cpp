//     main thread      scan, settle, build, stop and start the command; keys; all lines to
//                      standard error
//     signal thread    waits for INT, TERM, HUP, QUIT; asks the main thread to stop; KILLs
//
// The command is constructed before the signals are blocked, since it starts with the signal mask
// of its construction.

#include "command_reporter.hpp"
#include "input_end.hpp"
#include "keyed_restart.hpp"
#include "listeners.hpp"
#include "run_preparation.hpp"
#include "signals.hpp"
#include "tasks.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/escape.hpp>
#include <restat/restart/build_step.hpp>
#include <restat/restart/command_restart.hpp>

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace restat::cli {
namespace {

using built_command = build_step<command_restart>;

/// Returns the inherited descriptors from 3 on; none if /proc is missing.
std::vector<int> inherited_descriptors() {
    std::vector<int> all;
    std::error_code error;
    for (std::filesystem::directory_iterator at{"/proc/self/fd", error}, end; !error && at != end;
         at.increment(error)) {
        int const number = std::atoi(at->path().filename().c_str());
        int const flags = ::fcntl(number, F_GETFD);
        if (number > STDERR_FILENO && flags >= 0 && (flags & FD_CLOEXEC) == 0) {
            all.push_back(number);
        }
    }
    return all;
}

/// Returns the status for a failed start of the command, as in `$?` of a shell.
int status_of_failure(std::error_code error) {
    bool const missing =
        error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
    return missing ? 127 : 126;
}

int status_of(command_restart const& command) {
    if (command.last_error()) return status_of_failure(command.last_error());
    auto const end = command.last_exit();
    return end ? end->shell_status() : 0;
}

command_restart& command_in(command_restart& strategy) noexcept { return strategy; }
command_restart& command_in(built_command& strategy) noexcept { return strategy.then(); }

void kill(command_restart& strategy) noexcept { strategy.kill(); }
void kill(built_command& strategy) noexcept {
    strategy.kill_build();
    strategy.then().kill();
}

void freeze_build(command_restart&) noexcept {}
void freeze_build(built_command& strategy) noexcept { strategy.freeze_build(); }
void thaw_build(command_restart&) noexcept {}
void thaw_build(built_command& strategy) noexcept { strategy.thaw_build(); }

template <class Strategy>
void freeze(Strategy& strategy) noexcept {
    freeze_build(strategy);
    command_in(strategy).freeze();
}

template <class Strategy>
void thaw(Strategy& strategy) noexcept {
    command_in(strategy).thaw();
    thaw_build(strategy);
}

using listeners = std::vector<listener>;

command_restart make_command(settings const& from, command_reporter& reporter,
                             listeners const& sockets) {
    command_restart command{from.run,
                            [&](process_event const& event) { reporter.on_event(event); }};
    for (auto const& socket : sockets) command.keep(socket.descriptor(), socket.name());
    return command;
}

built_command make_built_command(settings const& from, command_reporter& reporter,
                                 listeners const& sockets) {
    return built_command{{.command = {"/bin/sh", "-c", from.build}, .guard = from.run.guard},
                         make_command(from, reporter, sockets),
                         [&](process_event const& event) { reporter.on_build_event(event); }};
}

void check_directory(std::string const& path) {
    std::error_code error;
    if (path.empty() || std::filesystem::is_directory(path, error)) return;
    if (!error) error = std::make_error_code(std::errc::not_a_directory);
    throw usage_error{fmt::format("--chdir '{}': {}", escape(path), error.message())};
}

/// How the program ends: by a signal, or if that is 0, with a status.
struct program_end {
    int signal = 0;
    int status = 0;
};

template <class Strategy>
program_end run(settings const& from, command_reporter& reporter, counting_matcher const& matcher,
                Strategy strategy) {
    auto files = make_enumerator(from.files);
    std::optional<keyboard> keys;
    if (from.keys) keys.emplace();
    using keyed = keyed_restart<Strategy>;
    typename keyed::actions const actions{
        [](Strategy& to) {
            std::error_code error; // reported to the listener
            command_in(to).restart_now(error);
        },
        [&](bool is_paused) { reporter.report_paused(is_paused); },
        [&](change_set const& changes, restart_result result, std::error_code reason) {
            reporter.on_delivered(changes, result, reason, {});
        },
        [&] { reporter.request_quit(); }};
    keyed with_keys{std::move(strategy), keys ? &*keys : nullptr, actions};
    basic_reloader reloader{std::move(files), matcher, interruptible_clock{},
                            kind_filter{std::move(with_keys), from.kinds}, from.when};
    auto& strategy_in_use = reloader.strategy().then().then();
    std::error_code error;
    int signal = 0;
    std::optional<input_end> end_of_input;
    {
        signal_watch const signals{reporter.stop(),
                                   {.key =
                                        [&](int key) {
                                            reporter.expect_end();
                                            if (keys) keys->release();
                                            command_in(strategy_in_use).pass_key(key);
                                        },
                                    .kill = [&] { kill(strategy_in_use); },
                                    .suspend =
                                        [&] {
                                            if (keys) keys->release();
                                            freeze(strategy_in_use);
                                        },
                                    .resume =
                                        [&] {
                                            if (keys) keys->reacquire();
                                            thaw(strategy_in_use);
                                        }}};
        reporter.around_suspensions([&] { freeze_build(strategy_in_use); },
                                    [&] { thaw_build(strategy_in_use); });
        if (from.quit_on_eof) end_of_input.emplace([] { ::kill(::getpid(), SIGTERM); });
        reloader.observe(&reporter);
        reporter.prepare_first_run();
        reloader.run(reporter.stop().get_token(), error);
        end_of_input.reset();
        signal = signals.received();
    }
    keys.reset();
    if (signal == 0) signal = reporter.interrupted_by();
    if (reporter.quit_requested()) return {signal, 0};
    return {signal, error ? 1 : status_of(command_in(strategy_in_use))};
}

/// Runs the command; closes the sockets before the program ends.
program_end run(settings& from, listeners const& sockets) {
    counting_matcher const matcher{make_matcher(from.files)};
    command_reporter reporter{from, matcher};
    run_preparation preparation{from, reporter};
    from.run.prepare = [&](next_run& next) { preparation(next); };
    if (from.build.empty())
        return run(from, reporter, matcher, make_command(from, reporter, sockets));
    return run(from, reporter, matcher, make_built_command(from, reporter, sockets));
}

// Returns whether the descriptor is one of the job server of make. It cannot move, since make reads
// its numbers from MAKEFLAGS.
bool is_of_job_server(int descriptor) {
    char const* const flags = std::getenv("MAKEFLAGS");
    if (flags == nullptr) return false;
    for (std::string_view const option : {"--jobserver-auth=", "--jobserver-fds="}) {
        auto const at = std::string_view{flags}.find(option);
        int in = -1;
        int out = -1;
        bool const is_here = at != std::string_view::npos &&
                             std::sscanf(flags + at + option.size(), "%d,%d", &in, &out) == 2;
        if (is_here && (descriptor == in || descriptor == out)) return true;
    }
    return false;
}

// A socket gets a number from 3 on, by the contract of sd_listen_fds(3), in place of an inherited
// descriptor.
void give_numbers_to_sockets(settings& from) {
    auto const end = STDERR_FILENO + 1 + static_cast<int>(from.listen.size());
    std::erase_if(from.run.keep, [&](int inherited) {
        if (inherited >= end) return false;
        if (!is_of_job_server(inherited)) return true;
        throw usage_error{fmt::format("--listen needs the descriptor {}, which is of the job "
                                      "server in MAKEFLAGS; start restat with: env -u MAKEFLAGS",
                                      inherited)};
    });
}

} // namespace

// The command inherits every inherited descriptor of this process beside 0, 1 and 2: a socket, a
// job server.
int run_command(settings from) {
    check_directory(from.run.directory);
    from.run.keep = inherited_descriptors();
    give_numbers_to_sockets(from);
    auto const end = run(from, open_listeners(from.listen));
    if (end.signal == 0) return end.status;
    end_by(end.signal);      // all helper processes are reaped by now
    return 128 + end.signal; // the first process of a PID namespace survives the signal
}

} // namespace restat::cli
