// Between a supervisor and its program:
//
//     supervisor                                    program, a child
//     RESTAT_CHILD=FD, FD inherited --------------> takes both, closes FD on exec
//     arrived      <------------------------------- first question for its side
//     restart      <------------------------------- request_restart()
//     returned 300 <------------------------------- the function returned, exit(300) follows
//     an end: the messages before the end are read first, so no message is lost
//
// If the program ends without a request, supervision ends too, unless the program requested a
// restart before, or is a broken build.

#include "run_supervisor.hpp"

#include "base/pending_stop.hpp"
#include "platform/process/launch.hpp"

#include <restat/error.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

namespace restat::detail {
namespace {

constexpr std::chrono::seconds early_end{1}; // a program ending this soon is broken
constexpr std::chrono::milliseconds retry_pause{250};

} // namespace

command_options supervision_options(options const& watch) {
    refuse_limit_of_nothing(watch);
    return {.command = {},
            .grace = watch.grace,
            .ready = watch.ready,
            .ready_limit = watch.ready_limit,
            .guard = watch.guard};
}

program_supervisor::program_supervisor(std::string const& calls, options const& watch)
    : contents_{watch.compare, compared_process::a_child}
    , observer_{watch.observer}
    , program_{command(calls, watch),
               [this](process_event const& event) { on_child_event(event); }} {
    polled_.add(channel_.ours());
}

command_options program_supervisor::command(std::string const& calls,
                                            options const& watch) const {
    if (channel_.ours() < 0)
        throw_error({errno, std::generic_category()}, "create a channel to the child process");
    auto record = take_launch_record();
    if (record.error) throw_error(record.error, "start this program again", record.path);
    auto const variable =
        std::string{child_variable} + '=' + std::to_string(channel_.child_end()) + calls;
    auto made = supervision_options(watch);
    made.command = std::move(record.arguments);
    made.program = std::move(record.path);
    made.environment = {variable};
    made.keep = {channel_.child_end()};
    return made;
}

restart_result program_supervisor::restart(change_set const& changes, std::error_code& error) {
    auto const edited = contents_.changed(changes, error);
    if (error) return restart_result::refused;
    bool const is_nothing = edited.empty() && !changes.empty();
    auto const result = is_nothing ? restart_result::declined : program_.restart(edited, error);
    if (result == restart_result::restarted) replacing_ = by_change_ = true;
    bool const stays_pending =
        result == restart_result::refused || result == restart_result::suspended;
    if (!stays_pending) contents_.adopt();
    return result;
}

void program_supervisor::stop(time_point now) {
    stopping_ = true;
    program_.stop(now);
}

supervision program_supervisor::supervise(time_point now) {
    now_ = now;
    read_messages();
    auto supervised = program_.supervise(now);
    if (stopping_) return supervised;
    if (restart_requested_ && now >= retry_at_) {
        run_again(now);
        supervised.next = std::min(supervised.next, restart_requested_ ? retry_at_ : now);
    } else if (!restart_requested_ && must_end()) {
        supervised.done = true;
    }
    return supervised;
}

void program_supervisor::run_again(time_point now) {
    std::error_code error;
    if (program_.restart_now(error) == restart_result::refused) {
        retry_at_ = now + retry_pause;
    } else {
        replacing_ = true;
        restart_requested_ = false;
    }
}

void program_supervisor::on_child_event(process_event const& event) {
    using kind = process_event_kind;
    if (event.kind == kind::started) {
        run_ = {.pid = event.pid, .began = now_, .by_change = std::exchange(by_change_, false)};
        replacing_ = restart_requested_ = false;
        if (program_.descriptor() >= 0) polled_.add(program_.descriptor());
    } else if (event.kind == kind::ended) {
        read_messages();
        run_.ended = true;
        run_.ended_at = now_;
        run_.status = event.error ? exit_status{.code = 1} : event.status;
        run_.interrupted = event.interrupted;
    } else if (event.kind == kind::start_failed) {
        report_finding(event.path, event.error, "start");
    } else if (event.kind == kind::signalled) {
        if (!stopping_) replacing_ = true; // by the last ready program, if not by a change
    } else if (event.kind == kind::not_ready) {
        run_.ended_early = run_.ended;
        report_finding(event.path, run_.ended ? errc::ended_early : errc::not_ready, "run");
    } else if (event.kind == kind::rolled_back) {
        run_.by_change = true;
        report_finding(event.path, errc::rolled_back, "run");
    } else if (event.kind == kind::restart_loop) {
        report_finding(event.path, errc::restart_loop, "restart for");
    } else if (event.kind == kind::suspended) {
        detail::stop_job();
    }
}

void program_supervisor::report_finding(std::string const& path, std::error_code error,
                                        char const* operation) const {
    if (observer_) observer_->on_finding({path, error, operation});
}

void program_supervisor::read_messages() {
    child_message message;
    while (detail::receive_packet(channel_.ours(), &message, sizeof message)) {
        if (message.pid != run_.pid) continue;
        run_.arrived = true;
        if (message.kind == child_message::type::restart) restart_requested_ = true;
        if (message.kind == child_message::type::returned) run_.returned = message.value;
    }
}

bool program_supervisor::must_end() {
    return run_.ended && !replacing_ && (run_.interrupted || !is_broken_build());
}

bool program_supervisor::is_broken_build() const noexcept {
    if (!run_.by_change) return false;
    if (run_.ended_early) return true;
    if (run_.returned) return false;
    bool const succeeded = run_.status == exit_status{};
    return !run_.arrived || (!succeeded && run_.ended_at - run_.began < early_end);
}

// A returned value counts only if the exit status agrees: an exit handler may have failed later.
int program_supervisor::result() const noexcept {
    bool const agrees =
        run_.returned && run_.status.signal == 0 && run_.status.code == (*run_.returned & 0xff);
    return agrees ? *run_.returned : run_.status.shell_status();
}

void child_modules::enumerate(matcher_ref matcher, snapshot_builder& into,
                              std::error_code& error) {
    error.clear();
    if (program_.pid() == 0) return;
    if (std::exchange(pid_, program_.pid()) != program_.pid()) modules_.emplace(pid_);
    modules_->enumerate(matcher, into, error);
}

std::size_t child_modules::root_prefix(std::string_view path) const {
    return modules_ ? modules_->root_prefix(path) : path.npos;
}

} // namespace restat::detail
