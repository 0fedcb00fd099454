#pragma once

#include <restat/change_set.hpp>
#include <restat/error.hpp>
#include <restat/hint_list.hpp>
#include <restat/restart_result.hpp>
#include <restat/schedule.hpp>
#include <restat/snapshot.hpp>
#include <restat/time_point.hpp>

namespace restat {

/// The period of a scan. Every decision based on the scan carries the time of its end.
struct scan_span {
    time_point began{};
    time_point ended{};
    /// The time since which every pending path was checked; for a slice, mostly earlier than its
    /// start.
    time_point since = began;

    /// Returns the duration of the scan.
    std::chrono::nanoseconds took() const noexcept { return ended - began; }
};

/// The longest time until an edit is detected while no other file changes, estimated from the
/// duration of the last scan.
struct detection_latency {
    std::chrono::nanoseconds recent;    ///< for recently edited and pinned files
    std::chrono::nanoseconds elsewhere; ///< for all other files
};

/// Receives the events of a reloader, for logs and tests. Override the functions of interest;
/// each does nothing by default.
/// \threads called on the polling thread; must not call back into the reloader, except for `stop`
/// and `watch_state_of`
class observer {
public:
    virtual ~observer() = default;

    /// Called when a reloader with this schedule starts to use this observer.
    virtual void on_schedule(schedule const&) noexcept {}
    /// Called after a full scan, and after each slice that finds or settles an edit. A scan in
    /// slices that makes changes ready is reported just before their delivery.
    virtual void on_scan(snapshot const&, scan_span) noexcept {}
    /// Called when a scan ends, in slices or at once, with the latency of `run`.
    virtual void on_latency(detection_latency const&) noexcept {}
    /// Called with the hints of a `hinting_enumerator`, before the scan that covers them.
    virtual void on_hints(hint_list const&) noexcept {}
    /// Called after the baseline, and when the coverage changes by its kind or by more than a
    /// hundredth, with a `hinting_enumerator`. If edits came without an event, the watched
    /// directories count as `partly`, until ten scans have found no such edit.
    virtual void on_coverage(event_coverage const&) noexcept {}
    /// Called with the baseline; from now on, differences from the baseline are reported.
    virtual void on_baseline(snapshot const&) noexcept {}
    /// Called when a path cannot be read or matched. Repeated only after the same operation
    /// succeeded.
    virtual void on_finding(finding const&) noexcept {}
    /// Called with settled changes, just before the restart strategy receives them.
    virtual void on_delivering(change_set const&) noexcept {}
    /// Called by `exec_restart` once the new program can start, right before the exec. If the exec
    /// fails, `on_delivered` follows.
    virtual void on_restarting(change_set const&) noexcept {}
    /// Called with the result of the strategy and its time; the error is the reason of a refusal.
    virtual void on_delivered(change_set const&, restart_result, std::error_code,
                              time_point) noexcept {}
};

} // namespace restat
