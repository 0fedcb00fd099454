#pragma once

#include "progress.hpp"
#include "settings.hpp"

#include <restat/observer.hpp>
#include <restat/restart/process_event.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// Says on standard error what happens, one line each, begun with `restat:`. A reader that is
/// slow for a second loses lines until it reads again; it holds up the watcher no more than once.
class narrator : public observer {
public:
    narrator(settings const& from, counting_matcher const& matcher);

    /// A line that `--quiet` silences.
    void say(std::string_view line) const;
    /// A line for `--verbose` alone.
    void add(std::string_view detail) const;
    /// An error.
    void complain(std::string_view line) const;

    void scanned(snapshot const& files, scan_span when) noexcept override;
    void paced(pace const& now) noexcept override;
    void watching(snapshot const& files) noexcept override;
    void found(finding const& what) noexcept override;
    void delivering(change_set const& changes) noexcept override;
    void delivered(change_set const& changes, restart_result result, std::error_code reason,
                   time_point when) noexcept override;

    /// Says which PATHs hold no watched file and why, as far as that is known.
    void report_unwatched(snapshot const& files, std::vector<finding> const& reasons) const;

    /// What happened to the command.
    void heard(process_event const& event);

private:
    void put(std::string_view line, std::string_view code) const;
    void tell_scan() const;
    void tell_left_out() const;
    std::string rule_for(change const& what) const;
    void started(process_event const& event);
    void ended(process_event const& event);
    void start_failed(process_event const& event);
    void restart_suspended(process_event const& event);
    void restart_loop(process_event const& event);

    verbosity level_;
    bool colour_;
    mutable bool is_read_ = true; // the last line was taken
    counting_matcher const& matcher_;
    std::vector<std::string> paths_;
    std::vector<finding> unwatched_; // until the baseline is told
    command_options run_;
    bool has_command_;
    bool lists_;  // once, and ends
    bool builds_; // first, on a change

    std::size_t files_ = 0;           // of the last look
    std::chrono::nanoseconds look_{}; // how long it took
    std::chrono::nanoseconds took_{}; // the last scan
    std::chrono::nanoseconds interval_;
    pace pace_{};
    bool started_ = false;
    bool in_last_run_ = false; // of --once
    bool asked_to_end_ = false;
    std::error_code failure_; // of the last start, told
};

} // namespace restat::cli
