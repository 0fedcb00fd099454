#pragma once

#include "progress.hpp"
#include "selection.hpp"
#include "status_reporter.hpp"

#include <atomic>
#include <functional>
#include <optional>
#include <stop_token>

namespace restat::cli {

/// The `status_reporter` of a command; also decides when the program ends.
class command_reporter : public status_reporter {
public:
    command_reporter(settings const& from, counting_matcher const& matcher);

    std::stop_source const& stop() const noexcept { return stop_; }
    /// Returns the signal by which the terminal ended the command, and now ends this program; 0
    /// if none.
    int interrupted_by() const noexcept { return interrupted_by_; }

    /// Shows the progress of the first scan, and clears the screen for the first run.
    void prepare_first_run();
    /// Records that a key asks the command, and then this program, to end.
    /// \threads any
    void expect_end() noexcept { end_expected_ = true; }

    void on_scan(snapshot const& files, scan_span when) noexcept override;
    void on_delivered(change_set const& changes, restart_result result, std::error_code reason,
                      time_point when) noexcept override;

    /// Sets what stops the build, and lets it continue, around each stop of the whole job.
    void around_suspensions(std::function<void()> freeze, std::function<void()> thaw);

    /// Handles an event of the command.
    void on_event(process_event const& event);
    /// Handles an event of the build.
    void on_build_event(process_event const& event);
    void report_paused(bool now);
    void request_quit();
    /// Returns whether the user asked to quit.
    bool quit_requested() const noexcept { return quit_requested_; }

protected:
    bool is_ending() const noexcept override { return end_expected_ || stop_.stop_requested(); }
    bool is_running() const noexcept override { return is_running_; }

private:
    void ended(process_event const& event);
    void start_failed(process_event const& event);
    void clear_screen() const;
    void note_leader(process_event const& event);
    void suspend() const;

    counting_matcher const& matcher_;
    bool ends_with_command_;
    std::string_view clear_codes_; // empty: the screen stays
    std::stop_source stop_;
    std::function<void()> freeze_build_;
    std::function<void()> thaw_build_;
    std::optional<scan_progress> progress_;
    std::atomic<bool> end_expected_ = false;
    bool is_running_ = false;
    bool clear_is_pending_ = false; // clears the screen when the old command is gone
    bool quit_requested_ = false;
    int interrupted_by_ = 0;
    std::vector<int> leaders_; // existing process groups
};

} // namespace restat::cli
