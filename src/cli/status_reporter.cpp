#include "status_reporter.hpp"

#include "hints.hpp"
#include "output.hpp"
#include "selection.hpp"
#include "values.hpp"

#include <restat/escape.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <mutex>

namespace restat::cli {
namespace {

using milliseconds = std::chrono::duration<double, std::milli>;

/// Returns "8.4 ms", "1.53 s", "2 min 5 s" or "1 h 3 min".
std::string duration_text(std::chrono::nanoseconds time) {
    auto const length = milliseconds{time}.count();
    auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
    if (length < 1000) return fmt::format("{:.3g} ms", length);
    if (seconds < 60) return fmt::format("{:.3g} s", length / 1000);
    if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
    return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

/// Returns "modified a.cpp (mtime, size), first seen 80 ms before, waited for quiet".
std::string change_details(change const& what) {
    auto text = change_text(what);
    if (what.changed != fields::none) {
        text += fmt::format(" ({})", to_string(what.changed));
    }
    return text + ", " + to_string(what.history);
}

std::string file_count(std::size_t count) {
    return fmt::format("{} file{}", count, count == 1 ? "" : "s");
}

/// Returns ".", "src, docs" or "src, docs, lib and 3 more".
std::string printed_paths(std::vector<std::string> const& paths) {
    constexpr std::size_t most = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(most, paths.size()); ++i) {
        text += (i == 0 ? "" : ", ") + escape(printed_path(paths[i]));
    }
    if (paths.size() > most) text += fmt::format(" and {} more", paths.size() - most);
    return text;
}

std::string exit_text(exit_status const& status) {
    if (status.signal == 0 && status.code == 0) return "the command exited";
    if (status.signal == 0) return fmt::format("the command exited with status {}", status.code);
    return fmt::format("the command was terminated by {}{}", signal_name(status.signal),
                       status.core ? " (core dumped)" : "");
}

/// Returns a list such as "sh (12), sleep (13) and 3 more".
std::string process_list(std::vector<process_name> const& members) {
    constexpr std::size_t most = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(most, members.size()); ++i) {
        text +=
            fmt::format("{}{} ({})", i == 0 ? "" : ", ", escape(members[i].name), members[i].pid);
    }
    if (members.size() > most) text += fmt::format(" and {} more", members.size() - most);
    return text;
}

std::string_view stop_text(stop_step step) {
    constexpr std::string_view texts[] = {"all processes of the command exited",
                                          "all processes of the command exited after the key",
                                          "all processes of the command exited after the signal",
                                          "all processes of the command exited after SIGKILL"};
    return texts[static_cast<unsigned>(step)];
}

} // namespace

status_reporter::status_reporter(settings const& from, counting_matcher const& matcher)
    : level_{from.verbosity}
    , lines_{from.color}
    , matcher_{matcher}
    , paths_{from.files.paths}
    , run_{from.run}
    , kinds_{from.kinds}
    , has_command_{from.task == task::command}
    , only_lists_{from.task == task::list}
    , has_build_{!from.build.empty()}
    , interval_{from.when.interval}
    , bell_{from.bell} {
    matcher_.tally->records_excluded = level_ == verbosity::verbose;
}

void status_reporter::report(std::string_view line, meaning of) const {
    if (level_ != verbosity::quiet) lines_.write(of, line);
}

void status_reporter::report_detail(std::string_view detail) const {
    if (level_ == verbosity::verbose) report(detail);
}

void status_reporter::report_error(std::string_view line) const {
    lines_.write(meaning::failure, line);
}

void status_reporter::on_scan(snapshot const& files, scan_span when) noexcept {
    files_ = files.size();
    last_scan_time_ = when.took();
}

void status_reporter::on_coverage(event_coverage const& now) noexcept {
    has_all_events_ = now.is_whole();
    auto line = fmt::format("events of the kernel cover {} of {} directories", now.watched,
                            now.directories);
    if (now.partly > 0) line += fmt::format("; {} may also change without an event", now.partly);
    if (now.refused > 0) line += fmt::format("; {} refused: {}", now.refused, now.why.message());
    report_detail(line);
}

void status_reporter::on_latency(detection_latency const& now) noexcept {
    full_scan_time_ = last_scan_time_;
    latency_ = now;
}

void status_reporter::on_baseline(snapshot const& files) noexcept {
    report_unwatched(files, std::exchange(unwatched_, {}));
    if (is_terminal(STDERR_FILENO) && !files.empty()) {
        report(fmt::format("watching {} in {}", file_count(files.size()), printed_paths(paths_)));
    }
    report_scan();
    report_excluded();
}

void status_reporter::report_unwatched(snapshot const& files,
                                       std::vector<finding> const& reasons) const {
    auto const next = only_lists_ ? "" : "; waiting for files";
    for (auto const& what : reasons) {
        report_error(fmt::format("{}{} (see --explain PATH)", to_string(what), next));
    }
    bool const is_explained = !reasons.empty() || !files.findings().empty();
    if (!files.empty() || is_explained) return;
    report(
        fmt::format("no files are watched: no files exist in {}{}", printed_paths(paths_), next),
        meaning::attention);
}

// Reports, once after the first scan, the rules behind excluded directories, in a line for each
// rule.
void status_reporter::report_excluded() const {
    auto& tally = *matcher_.tally;
    tally.records_excluded = false;
    std::lock_guard const lock{tally.mutex};
    std::map<std::pair<std::string, std::string>, std::pair<std::string, std::size_t>> by_rule;
    for (auto const& [path, below] : tally.excluded) {
        auto why = restat::explain(matcher_.of(), {path, below, file_type::directory});
        auto& [first, count] = by_rule[{why.origin, why.rule}];
        if (count++ == 0) first = to_string({path, {}, std::move(why)});
    }
    for (auto const& [rule, entry] : by_rule) {
        auto const& [first, count] = entry;
        report_detail(first +
                      (count == 1 ? "" : fmt::format("; {} more by the same rule", count - 1)));
    }
    tally.excluded = {};
}

/// Returns a line such as "modified a.cpp and 2 more; restarting". Names the files that the
/// command does not write itself first.
std::string status_reporter::summary(change_set const& changes, std::string_view next) const {
    auto const is_news = [&](change const* what) {
        return std::none_of(suspects_.begin(), suspects_.end(), [&](auto const& files) {
            return files({what->path, 0, file_type::regular}) == verdict::include;
        });
    };
    std::vector<change const*> all;
    for (auto const& what : changes) all.push_back(&what);
    std::stable_partition(all.begin(), all.end(), is_news);
    auto const room = lines_.room();
    auto const rest = room - std::min(room, next.size() + 2);
    return fmt::format("{}; {}", summary_of(all, rest), next);
}

/// Returns a reason such as "; watched because of '*.cpp' (-g)".
std::string status_reporter::rule_for(change const& what) const {
    auto const below = below_of(what.path, paths_);
    auto const why = explain_path(matcher_.of(), {what.path, below, file_type::regular});
    if (!why.watched()) return {}; // the rules changed since
    auto const& [decision, rule, origin] = why.decided;
    if (rule.empty()) return "; no rule excludes it";
    return fmt::format("; watched because of '{}' ({})", escape(rule), escape(origin));
}

void status_reporter::report_scan() const {
    bool const is_throttled = latency_.elsewhere > 2 * (interval_ + full_scan_time_);
    auto const pause =
        fmt::format("; an edit{} is detected within {}, in recently edited places within {}",
                    has_all_events_ ? " without an event" : "", duration_text(latency_.elsewhere),
                    duration_text(latency_.recent));
    report_detail(fmt::format("a scan of {} took {}{}", file_count(files_),
                              duration_text(full_scan_time_), is_throttled ? pause : ""));
}

void status_reporter::on_finding(finding const& what) noexcept {
    if (what.error == errc::nothing_watched) return unwatched_.push_back(what);
    bool const is_missing_path =
        what.operation == "find" && what.error == std::errc::no_such_file_or_directory;
    report_error(to_string(what) + (is_missing_path ? "; waiting for the path" : ""));
}

void status_reporter::on_delivering(change_set const& changes) noexcept {
    if (level_ != verbosity::verbose) return;
    for (auto const& what : changes_of(kinds_, changes))
        report(change_details(what) + rule_for(what));
    report_scan();
}

void status_reporter::on_delivered(change_set const& all, restart_result result, std::error_code,
                                   time_point) noexcept {
    if (!has_command_) return;
    auto const changes = changes_of(kinds_, all);
    if (result == restart_result::suspended)
        report_detail(summary(changes, "the restart waits for the restart-loop guard"));
    if (result != restart_result::restarted) return;
    in_last_run_ = run_.on_change == after_change::once;
    bool const waits = !has_build_ && is_running() && run_.on_change == after_change::wait;
    auto const line = summary(changes, has_build_ ? "building" : next_run_text());
    if (waits && std::exchange(change_waits_, true)) return report_detail(line);
    report(line);
}

bool status_reporter::reloads_command() const noexcept {
    return is_running() && run_.on_change == after_change::signal;
}

bool status_reporter::keeps_command() const noexcept {
    return reloads_command() || (is_running() && run_.on_change == after_change::wait);
}

std::string status_reporter::next_run_text() const {
    if (!keeps_command()) return started_ ? "restarting" : "starting";
    if (run_.on_change == after_change::wait) return "running again when the command ends";
    return "sent " + signal_name(run_.change_signal) + " to the command";
}

void status_reporter::on_event(process_event const& event) {
    using kind = process_event_kind;
    switch (event.kind) {
    case kind::started: started(event); break;
    case kind::ended: ended(event); break;
    case kind::start_failed: start_failed(event); break;
    case kind::signalled: was_signalled_ = true; break;
    case kind::timed_out: timed_out(event); break;
    case kind::killed: killed(event); break;
    case kind::stuck:
        report_error("processes of the command still exist after SIGKILL: " +
                     process_list(event.members));
        break;
    case kind::gone: report_detail(stop_text(event.step)); break;
    case kind::restart_suspended: restart_suspended(event); break;
    case kind::restart_loop: restart_loop(event); break;
    case kind::pausing:
        report(fmt::format("restarting the command in {}", duration_text(event.pause)),
               meaning::attention);
        break;
    case kind::ready: // this command never waits for a readiness report
    case kind::not_ready:
    case kind::rolled_back:
    case kind::suspended: break;
    case kind::wants_terminal:
        report("the command waits for the terminal; bring this job to the foreground with fg",
               meaning::attention);
        break;
    }
}

void status_reporter::started(process_event const& event) {
    started_ = true;
    was_signalled_ = false;
    timed_out_ = false;
    change_waits_ = false;
    started_at_ = std::chrono::steady_clock::now();
    reported_failure_.clear();
    report_detail(fmt::format("started '{}' as process {}, run {}", escape(event.path), event.pid,
                              event.generation));
}

void status_reporter::timed_out(process_event const& event) {
    timed_out_ = true;
    report(fmt::format("the command ran longer than {} (--timeout); stopping it",
                       duration_text(event.pause)),
           meaning::attention);
}

// A SIGKILL that the options ask for is no news.
void status_reporter::killed(process_event const& event) {
    bool const was_asked_for = run_.signal == SIGKILL || run_.grace <= run_.grace.zero();
    if (was_asked_for) {
        if (!event.members.empty())
            report_detail("sent SIGKILL to " + process_list(event.members));
        return;
    }
    report(fmt::format("the command still ran {} after {}; sent SIGKILL",
                       duration_text(run_.grace), signal_name(run_.signal)),
           meaning::attention);
    if (event.members.empty()) return;
    report("processes that got SIGKILL: " + process_list(event.members), meaning::attention);
}

void status_reporter::ended(process_event const& event) {
    auto const length = std::chrono::steady_clock::now() - started_at_;
    auto const text = fmt::format("{} after {}", exit_text(event.status), duration_text(length));
    if (was_signalled_ && !timed_out_) return report_detail(text);
    ring();
    bool const waits =
        run_.on_exit == after_exit::wait && !event.interrupted && !in_last_run_ && !is_ending();
    auto const next = change_waits_ ? "; running again" : waits ? "; waiting for a change" : "";
    report(text + next, event.status == exit_status{} ? meaning::success : meaning::failure);
}

void status_reporter::ring() const {
    if (!bell_) return;
    for (int const descriptor : {STDERR_FILENO, STDOUT_FILENO}) {
        if (!is_terminal(descriptor)) continue;
        write_or_drop(descriptor, "\a", std::chrono::seconds{1});
        return;
    }
}

// Remembers files that the command seems to write. The number of rules is bounded.
void status_reporter::suspect(std::string const& rule) {
    constexpr std::size_t most = 100;
    pattern_fault fault;
    glob_matcher files{{rule}, {}, fault};
    if (!fault && suspects_.size() < most) suspects_.push_back(std::move(files));
}

void status_reporter::restart_suspended(process_event const& event) {
    suspect(event.rule);
    report(fmt::format("{} changed at the same point of the last runs, perhaps by the command; "
                       "restarting in {} (--loop-guard off restarts at once)",
                       escape(event.path), duration_text(event.pause)),
           meaning::attention);
}

void status_reporter::restart_loop(process_event const& event) {
    suspect(event.rule);
    report(fmt::format("the command itself changes {}; these changes no longer restart it "
                       "(to ignore the file: --ignore {}; to restart: --loop-guard off)",
                       escape(event.path), shell_word(event.rule)),
           meaning::attention);
}

std::string_view status_reporter::next_step(process_event const& failed_start) const noexcept {
    if (is_ending()) return "";
    if (is_running()) return "; the old command keeps running";
    bool const is_retried = failed_start.pause > failed_start.pause.zero();
    return is_retried ? "; trying again" : "; waiting for a change";
}

// Reports a failed start once, although the start is retried again and again.
void status_reporter::start_failed(process_event const& event) {
    if (std::exchange(reported_failure_, event.error) == event.error) return;
    report_error(fmt::format("cannot run '{}': {}{}{}", escape(event.path), event.error.message(),
                             hint_for_program(event.path), next_step(event)));
}

} // namespace restat::cli
