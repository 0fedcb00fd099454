#include "command_reporter.hpp"

#include "base/pending_stop.hpp"
#include "orphans.hpp"
#include "output.hpp"
#include "signals.hpp"
#include "values.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>

namespace restat::cli {
namespace {

constexpr std::string_view codes_for(clearing what) noexcept {
    constexpr std::string_view codes[] = {"", "\x1b[H\x1b[2J", "\x1b[H\x1b[2J\x1b[3J"};
    return codes[static_cast<unsigned>(what)];
}

} // namespace

command_reporter::command_reporter(settings const& from, counting_matcher const& matcher)
    : status_reporter{from, matcher}
    , matcher_{matcher}
    , ends_with_command_{from.once || from.run.on_exit == after_exit::quit}
    , clear_codes_{is_terminal(STDOUT_FILENO) ? codes_for(from.clearing) : ""}
    , clear_is_pending_{from.run.first == first_start::at_once} {}

void command_reporter::prepare_first_run() {
    if (!can_see_processes()) {
        report("/proc cannot be read, so a restart ends only the process group of the command, "
               "not the processes that left the group; RESTAT_CHANGES cannot be opened",
               meaning::attention);
    }
    progress_.emplace(matcher_);
    if (std::exchange(clear_is_pending_, false)) clear_screen();
}

void command_reporter::on_scan(snapshot const& files, scan_span when) noexcept {
    progress_.reset();
    reap_orphans(leaders_);
    status_reporter::on_scan(files, when);
}

// If the old command still runs, clears the screen later, since the command may still print.
void command_reporter::on_delivered(change_set const& changes, restart_result result,
                                    std::error_code reason, time_point when) noexcept {
    status_reporter::on_delivered(changes, result, reason, when);
    if (result != restart_result::restarted || reloads_command()) return;
    clear_is_pending_ = is_running_;
    if (!is_running_) clear_screen();
}

void command_reporter::on_event(process_event const& event) {
    using kind = process_event_kind;
    if (event.kind == kind::start_failed) start_failed(event); // may end this program
    status_reporter::on_event(event);
    note_leader(event);
    if (event.kind == kind::suspended) suspend();
    if (event.kind == kind::started) is_running_ = true;
    if (event.kind == kind::ended) ended(event);
    if (event.kind == kind::pausing) clear_screen();
    if (event.kind == kind::gone && std::exchange(clear_is_pending_, false)) clear_screen();
}

void command_reporter::on_build_event(process_event const& event) {
    note_leader(event);
    using kind = process_event_kind;
    bool const is_reported = event.kind == kind::restart_suspended ||
                             event.kind == kind::restart_loop || event.kind == kind::start_failed;
    if (is_reported) status_reporter::on_event(event);
    if (event.kind != kind::ended || event.error) return;
    if (event.status == exit_status{}) {
        return report("built; " + next_run_text(), meaning::success);
    }
    if (event.status.signal == SIGTERM || event.status.signal == SIGKILL) return; // canceled
    auto const how = event.status.signal != 0
                         ? "was terminated by " + signal_name(event.status.signal)
                         : fmt::format("failed with status {}", event.status.code);
    report_error(fmt::format("the build {}; {}", how,
                             is_running_ ? "the command keeps running" : "waiting for a change"));
}

void command_reporter::note_leader(process_event const& event) {
    using kind = process_event_kind;
    if (event.kind == kind::started) leaders_.push_back(event.pid);
    if (event.kind == kind::gone) std::erase(leaders_, event.pid);
}

void command_reporter::around_suspensions(std::function<void()> freeze,
                                          std::function<void()> thaw) {
    freeze_build_ = std::move(freeze);
    thaw_build_ = std::move(thaw);
}

// The key stopped the command, which has the terminal; the build has a group of its own.
void command_reporter::suspend() const {
    if (freeze_build_) freeze_build_();
    detail::stop_job();
    if (thaw_build_) thaw_build_();
}

void command_reporter::report_paused(bool now) {
    report(now ? "paused; press p or r to resume" : "resumed");
}

void command_reporter::request_quit() {
    quit_requested_ = true;
    stop_.request_stop();
}

void command_reporter::ended(process_event const& event) {
    is_running_ = false;
    if (!event.interrupted) return;
    interrupted_by_ = event.status.signal;
    stop_.request_stop();
}

// While a command runs, it continues until the next start succeeds. A temporary failure is
// retried. A missing command ends the program with a status of its own.
void command_reporter::start_failed(process_event const& event) {
    bool const is_retried =
        event.pause > event.pause.zero() && event.error != std::errc::no_such_file_or_directory;
    if (ends_with_command_ && !is_running_ && !is_retried) stop_.request_stop();
}

void command_reporter::clear_screen() const {
    if (!clear_codes_.empty())
        write_or_drop(STDOUT_FILENO, clear_codes_, std::chrono::seconds{1});
}

} // namespace restat::cli
