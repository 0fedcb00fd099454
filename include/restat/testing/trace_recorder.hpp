#pragma once

#include <restat/detail/owned.hpp>
#include <restat/observer.hpp>

#include <functional>
#include <string_view>

namespace restat::testing {

/// An `observer` that records the observations of a reloader, its deliveries and their reasons,
/// with their
/// times. `replay_trace` then makes the same decisions, so a report is also a test.
///
///     testing::trace_recorder trace{[&](std::string_view line) { report << line; }};
///     reloader.observe(&trace); // before the baseline is taken
///
/// The sink gets a line of JSON at a time, in ASCII, including its newline. The first line
/// contains the version and the schedule. Each later line has a number `n` and one of these
/// members:
///
/// - `scan`: the differences from the previous scan, the read errors, and the effects of changed
///   rules and roots. A slice has a line only if its result matters; `since` is then the time from
///   which all pending files were checked.
/// - `watching`: the baseline is complete.
/// - `found`: a finding, as reported to the observer.
/// - `hinted`: the hints of the enumerator; `covered`: its `event_coverage`.
/// - `delivering` and `delivered`: the start and the end of a delivery.
///
/// Times are nanoseconds of the reloader's clock. Paths with invalid UTF-8 are written as
/// `path_base64`. File contents are never read.
///
/// A trace may end at any byte, for example if the process is killed. A file may contain several
/// traces, for example if the process replaces itself.
/// \errors if the sink throws or memory is exhausted, the trace ends (`is_whole`)
/// \cost a copy of the snapshot, and a pass over the snapshot for each scan
class trace_recorder : public observer {
public:
    /// Prepares a recorder; the sink gets its first line when a reloader starts to observe.
    explicit trace_recorder(std::function<void(std::string_view line)> sink);
    ~trace_recorder() override;

    /// Returns true if the sink has accepted every line so far.
    bool is_whole() const noexcept;

    void on_schedule(schedule const& when) noexcept override;
    void on_scan(snapshot const& seen, scan_span when) noexcept override;
    void on_baseline(snapshot const& baseline) noexcept override;
    void on_finding(finding const& what) noexcept override;
    void on_hints(hint_list const& hints) noexcept override;
    void on_coverage(event_coverage const& of) noexcept override;
    void on_delivering(change_set const& changes) noexcept override;
    void on_delivered(change_set const& changes, restart_result result, std::error_code reason,
                      time_point when) noexcept override;

private:
    struct members;
    restat::detail::owned<members> m_;
};

} // namespace restat::testing
