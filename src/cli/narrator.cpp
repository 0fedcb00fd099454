#include "narrator.hpp"

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

std::string length_of(std::chrono::nanoseconds time) {
    auto const length = milliseconds{time}.count();
    return length < 1000 ? fmt::format("{:.3g} ms", length)
                         : fmt::format("{:.3g} s", length / 1000);
}

/// Returns "modified a.cpp" or "renamed a.cpp to b.cpp".
std::string name_of(change const& what) {
    auto const from = what.kind == change_kind::renamed ? escape(what.from) + " to " : "";
    return fmt::format("{} {}{}", to_string(what.kind), from, escape(what.path));
}

/// Returns "modified a.cpp (mtime, size), first seen 80 ms before, waited for quiet".
std::string in_full(change const& what) {
    auto text = name_of(what);
    if (what.changed != fields::none) {
        text += fmt::format(" ({})", to_string(what.changed));
    }
    return text + ", " + to_string(what.history);
}

std::string files_of(std::size_t count) {
    return fmt::format("{} file{}", count, count == 1 ? "" : "s");
}

/// Returns ".", "src, docs" or "src, docs, lib and 3 more".
std::string names_of(std::vector<std::string> const& paths) {
    constexpr std::size_t most = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(most, paths.size()); ++i) {
        text += (i == 0 ? "" : ", ") + escape(printed_path(paths[i]));
    }
    if (paths.size() > most) text += fmt::format(" and {} more", paths.size() - most);
    return text;
}

std::string end_of(exit_status const& status) {
    if (status.signal == 0 && status.code == 0) return "the command exited";
    if (status.signal == 0) return fmt::format("the command exited with status {}", status.code);
    return fmt::format("the command was terminated by {}{}", signal_name(status.signal),
                       status.core ? " (core dumped)" : "");
}

/// Returns a list such as "sh (12), sleep (13) and 3 more".
std::string list_of(std::vector<process_name> const& members) {
    constexpr std::size_t most = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(most, members.size()); ++i) {
        text +=
            fmt::format("{}{} ({})", i == 0 ? "" : ", ", escape(members[i].name), members[i].pid);
    }
    if (members.size() > most) text += fmt::format(" and {} more", members.size() - most);
    return text;
}

std::string_view way_of(stop_step step) {
    constexpr std::string_view ways[] = {"all processes of the command exited",
                                         "all processes of the command exited after the key",
                                         "all processes of the command exited after the signal",
                                         "all processes of the command exited after SIGKILL"};
    return ways[static_cast<unsigned>(step)];
}

} // namespace

narrator::narrator(settings const& from, counting_matcher const& matcher)
    : level_{from.verbosity}
    , color_{wants_color(from.color, STDERR_FILENO)}
    , matcher_{matcher}
    , paths_{from.files.paths}
    , run_{from.run}
    , has_command_{from.task == task::command}
    , lists_{from.task == task::list}
    , builds_{!from.build.empty()}
    , interval_{from.when.interval} {
    matcher_.tally->keeps_excluded = level_ == verbosity::verbose;
}

void narrator::put(std::string_view line, std::string_view code) const {
    auto const prefix = color_ ? fmt::format("\x1b[{}mrestat:\x1b[m", code) : "restat:";
    std::chrono::milliseconds const patience{is_read_ ? 1000 : 0};
    is_read_ = write_within(STDERR_FILENO, fmt::format("{} {}\n", prefix, line), patience);
}

void narrator::say(std::string_view line) const {
    if (level_ != verbosity::quiet) put(line, "36");
}

void narrator::add(std::string_view detail) const {
    if (level_ == verbosity::verbose) say(detail);
}

void narrator::complain(std::string_view line) const { put(line, "31"); }

void narrator::on_scan(snapshot const& files, scan_span when) noexcept {
    files_ = files.size();
    last_took_ = when.took();
}

void narrator::on_latency(detection_latency const& now) noexcept {
    full_scan_took_ = last_took_;
    pace_ = now;
}

void narrator::on_baseline(snapshot const& files) noexcept {
    report_unwatched(files, std::exchange(unwatched_, {}));
    if (is_terminal(STDERR_FILENO) && !files.empty()) {
        say(fmt::format("watching {} in {}", files_of(files.size()), names_of(paths_)));
    }
    report_scan();
    report_excluded();
}

void narrator::report_unwatched(snapshot const& files,
                                std::vector<finding> const& reasons) const {
    auto const next = lists_ ? "" : "; waiting for files";
    for (auto const& what : reasons) {
        complain(fmt::format("{}{} (see --explain PATH)", to_string(what), next));
    }
    bool const is_explained = !reasons.empty() || !files.findings().empty();
    if (!files.empty() || is_explained) return;
    say(fmt::format("no files are watched: no files exist in {}{}", names_of(paths_), next));
}

// Reports, once after the first scan, the rules behind excluded directories, in a line for each
// rule.
void narrator::report_excluded() const {
    auto& tally = *matcher_.tally;
    tally.keeps_excluded = false;
    std::lock_guard const telling{tally.mutex};
    std::map<std::pair<std::string, std::string>, std::pair<std::string, std::size_t>> by_rule;
    for (auto const& [path, below] : tally.excluded) {
        auto why = restat::explain(*matcher_.matcher, {path, below, file_type::directory});
        auto& [first, count] = by_rule[{why.origin, why.rule}];
        if (count++ == 0) first = to_string({path, {}, std::move(why)});
    }
    for (auto const& [rule, entry] : by_rule) {
        auto const& [first, count] = entry;
        add(first + (count == 1 ? "" : fmt::format("; {} more by the same rule", count - 1)));
    }
    tally.excluded = {};
}

/// Returns a summary such as "modified a.cpp and 2 more". Names a file that the command does not
/// write itself, if there is one.
std::string narrator::summary(change_set const& changes) const {
    auto const is_suspect = [&](change const& what) {
        return std::any_of(suspects_.begin(), suspects_.end(), [&](auto const& files) {
            return files({what.path, 0, file_type::regular}) == verdict::include;
        });
    };
    auto const cause = std::find_if_not(changes.begin(), changes.end(), is_suspect);
    auto text = name_of(cause == changes.end() ? changes[0] : *cause);
    if (changes.size() > 1) text += fmt::format(" and {} more", changes.size() - 1);
    return text;
}

/// Returns a reason such as "; watched because of '*.cpp' (-g)".
std::string narrator::rule_for(change const& what) const {
    auto const below = below_of(what.path, paths_);
    auto const why = explain_path(*matcher_.matcher, {what.path, below, file_type::regular});
    if (!why.watched()) return {}; // the rules changed since
    auto const& [says, rule, origin] = why.decided;
    if (rule.empty()) return "; no rule excludes it";
    return fmt::format("; watched because of '{}' ({})", escape(rule), escape(origin));
}

void narrator::report_scan() const {
    bool const rests = pace_.elsewhere > 2 * (interval_ + full_scan_took_);
    auto const pause =
        fmt::format("; an edit is detected within {}, in recently edited places within {}",
                    length_of(pace_.elsewhere), length_of(pace_.recent));
    add(fmt::format("a scan of {} took {}{}", files_of(files_), length_of(full_scan_took_),
                    rests ? pause : ""));
}

void narrator::on_finding(finding const& what) noexcept {
    if (what.error == errc::nothing_watched) return unwatched_.push_back(what);
    complain(to_string(what));
}

void narrator::on_delivering(change_set const& changes) noexcept {
    if (level_ != verbosity::verbose) return;
    for (auto const& what : changes) say(in_full(what) + rule_for(what));
    report_scan();
}

void narrator::on_delivered(change_set const& changes, restart_result result, std::error_code,
                            time_point) noexcept {
    if (!has_command_) return;
    if (result == restart_result::suspended) {
        add(fmt::format("{}; the restart waits for the restart-loop guard", summary(changes)));
    }
    if (result != restart_result::restarted) return;
    auto const what_follows = builds_ ? "building" : started_ ? "restarting" : "starting";
    say(fmt::format("{}; {}", summary(changes), what_follows));
    in_last_run_ = run_.on_change == after_change::once;
}

void narrator::on_event(process_event const& event) {
    using kind = process_event_kind;
    switch (event.kind) {
    case kind::started: started(event); break;
    case kind::ended: ended(event); break;
    case kind::start_failed: start_failed(event); break;
    case kind::signalled: asked_to_end_ = true; break;
    case kind::killed: killed(event); break;
    case kind::stuck:
        complain("processes of the command still exist after SIGKILL: " + list_of(event.members));
        break;
    case kind::gone: add(way_of(event.step)); break;
    case kind::restart_suspended: restart_suspended(event); break;
    case kind::restart_loop: restart_loop(event); break;
    case kind::pausing:
        say(fmt::format("restarting the command in {}", length_of(event.pause)));
        break;
    case kind::ready: // this command never waits for a readiness report
    case kind::not_ready:
    case kind::rolled_back:
    case kind::suspended: break;
    case kind::wants_terminal:
        say("the command waits for the terminal; bring this job to the foreground with fg");
        break;
    }
}

void narrator::started(process_event const& event) {
    started_ = true;
    asked_to_end_ = false;
    failure_.clear();
    add(fmt::format("started '{}' as process {}, run {}", escape(event.path), event.pid,
                    event.generation));
}

// A SIGKILL that the options ask for is no news.
void narrator::killed(process_event const& event) {
    bool const was_asked_for = run_.signal == SIGKILL || run_.grace <= run_.grace.zero();
    if (was_asked_for) {
        if (!event.members.empty()) add("sent SIGKILL to " + list_of(event.members));
        return;
    }
    say(fmt::format("the command still ran {} after {}; sent SIGKILL", length_of(run_.grace),
                    signal_name(run_.signal)));
    if (!event.members.empty()) say("processes that got SIGKILL: " + list_of(event.members));
}

void narrator::ended(process_event const& event) {
    if (asked_to_end_) return add(end_of(event.status));
    bool const waits =
        run_.on_exit == after_exit::wait && !event.interrupted && !in_last_run_ && !is_ending();
    say(end_of(event.status) + (waits ? "; waiting for a change" : ""));
}

// Remembers files that the command seems to write. The number of rules is bounded.
void narrator::suspect(std::string const& rule) {
    constexpr std::size_t most = 100;
    pattern_fault fault;
    glob_matcher files{{rule}, {}, fault};
    if (!fault && suspects_.size() < most) suspects_.push_back(std::move(files));
}

void narrator::restart_suspended(process_event const& event) {
    suspect(event.rule);
    say(fmt::format("{} changed at the same point of the last runs, perhaps by the command; "
                    "restarting in {} (--loop-guard off restarts at once)",
                    escape(event.path), length_of(event.pause)));
}

void narrator::restart_loop(process_event const& event) {
    suspect(event.rule);
    say(fmt::format("the command itself changes {}; these changes no longer restart it "
                    "(to ignore the file: --ignore {}; to restart: --loop-guard off)",
                    escape(event.path), shell_word(event.rule)));
}

// Reports a failed start once, although the start is retried again and again.
void narrator::start_failed(process_event const& event) {
    if (std::exchange(failure_, event.error) == event.error) return;
    complain(fmt::format("cannot run '{}': {}", escape(event.path), event.error.message()));
}

} // namespace restat::cli
