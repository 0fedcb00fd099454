#pragma once

#include <restat/observer.hpp>

#include <functional>
#include <memory>
#include <string_view>

namespace restat::testing {

/// An `observer` that writes down what a reloader saw and when, what it delivered and why, so that
/// `replay_trace` comes to the same decisions: a report that is a test.
///
///     testing::trace_recorder trace{[&](std::string_view line) { report << line; }};
///     reloader.observe(&trace); // before the baseline is taken
///
/// The sink gets one line of JSON at a time, its newline included, in ASCII. The first names the
/// version and the schedule. After that each line has a number `n` and one of `scan` (what differs
/// from the scan before, what could not be read; of a slice of one too, where it matters, and then
/// `since` when all that is due was looked at), `watching` (the baseline stands), `found` (a
/// finding, as it was told), `delivering` and `delivered`. Times are nanoseconds of the clock of
/// the reloader. Paths that are not UTF-8 come as `path_base64`. What is in files is not looked at.
///
/// A trace may be cut off at any byte, as when the process is killed, and several may follow each
/// other in one file, as when the process replaces itself.
/// \errors if the sink throws or there is no memory, the trace ends there (`is_whole`)
/// \cost a copy of the snapshot, and one pass over it for each scan
class trace_recorder : public observer {
public:
    explicit trace_recorder(std::function<void(std::string_view line)> sink);
    ~trace_recorder() override;

    /// Whether every line so far was taken by the sink.
    bool is_whole() const noexcept;

    void planned(schedule const& when) noexcept override;
    void scanned(snapshot const& seen, scan_span when) noexcept override;
    void watching(snapshot const& baseline) noexcept override;
    void found(finding const& what) noexcept override;
    void delivering(change_set const& changes) noexcept override;
    void delivered(change_set const& changes, restart_result result, std::error_code reason,
                   time_point when) noexcept override;

private:
    struct members;
    std::unique_ptr<members> m_;
};

} // namespace restat::testing
