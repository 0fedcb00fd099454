#pragma once

#include "progress.hpp"
#include "settings.hpp"
#include "status_lines.hpp"

#include <restat/matcher/glob_matcher.hpp>
#include <restat/observer.hpp>
#include <restat/restart/process_event.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// Writes a line on standard error for each event.
class status_reporter : public observer {
public:
    status_reporter(settings const& from, counting_matcher const& matcher);

    /// Writes a line, except with `--quiet`.
    void report(std::string_view line, meaning of = meaning::news) const;
    /// Writes a line only with `--verbose`.
    void report_detail(std::string_view detail) const;
    /// Writes an error, in every mode.
    void report_error(std::string_view line) const;

    void on_scan(snapshot const& files, scan_span when) noexcept override;
    void on_latency(detection_latency const& now) noexcept override;
    void on_coverage(event_coverage const& now) noexcept override;
    void on_baseline(snapshot const& files) noexcept override;
    void on_finding(finding const& what) noexcept override;
    void on_delivering(change_set const& changes) noexcept override;
    void on_delivered(change_set const& changes, restart_result result, std::error_code reason,
                      time_point when) noexcept override;

    /// Reports each PATH without a watched file, with the reasons if known.
    void report_unwatched(snapshot const& files, std::vector<finding> const& reasons) const;

    /// Reports an event of the command.
    void on_event(process_event const& event);

protected:
    /// Returns whether this program ends after the command.
    virtual bool is_ending() const noexcept { return false; }
    /// Returns whether a run of the command has not ended.
    virtual bool is_running() const noexcept { return false; }
    /// Returns the effect of a change now, such as "restarting".
    std::string next_run_text() const;
    /// Returns whether a change now leaves the command running.
    bool keeps_command() const noexcept;
    /// Returns whether a change now only makes the running command reload.
    bool reloads_command() const noexcept;

private:
    void report_scan() const;
    void report_excluded() const;
    std::string rule_for(change const& what) const;
    std::string_view next_step(process_event const& failed_start) const noexcept;
    void started(process_event const& event);
    void timed_out(process_event const& event);
    void killed(process_event const& event);
    void ended(process_event const& event);
    void start_failed(process_event const& event);
    void restart_suspended(process_event const& event);
    void restart_loop(process_event const& event);
    void ring() const;
    void suspect(std::string const& rule);
    std::string summary(change_set const& changes, std::string_view next) const;

    verbosity level_;
    status_lines lines_;
    counting_matcher const& matcher_;
    std::vector<std::string> paths_;
    std::vector<finding> unwatched_; // until the baseline is reported
    command_options run_;
    chosen_kinds kinds_;
    bool has_command_;
    bool only_lists_; // only lists files, then ends
    bool has_build_;  // runs a build before each restart

    std::size_t files_ = 0;                     // of the last scan or slice
    std::chrono::nanoseconds last_scan_time_{}; // its duration
    std::chrono::nanoseconds full_scan_time_{}; // duration of the last full scan
    std::chrono::nanoseconds interval_;
    detection_latency latency_{};
    bool has_all_events_ = false;
    bool started_ = false;
    bool in_last_run_ = false; // by --once
    bool was_signalled_ = false;
    bool timed_out_ = false;
    bool change_waits_ = false; // for the end of the run, and reported
    std::chrono::steady_clock::time_point started_at_{};
    bool bell_;
    std::error_code reported_failure_;   // of the last start, already reported
    std::vector<glob_matcher> suspects_; // files that the command seems to write itself
};

} // namespace restat::cli
