#pragma once

#include <restat/detail/chrono.hpp>

namespace restat {

/// Removes the limit of `schedule::max_wait`: a change then waits for its quiet period without a
/// limit.
///
/// A file written for several seconds is then delivered once, complete. A file rewritten
/// continuously is never delivered, and neither is any other change of the set. After 10 s of
/// this, the observer gets a finding with its path (`errc::keeps_changing`).
inline constexpr std::chrono::nanoseconds unlimited = (std::chrono::nanoseconds::max)();

/// Decides when to scan, and how long to wait before a delivery. Intervals are measured by the
/// monotonic clock.
struct schedule {
    /// Time from the start of a scan to the start of the next scan.
    std::chrono::nanoseconds interval = std::chrono::seconds{1};
    /// A set of changes is delivered after no further difference for this long, confirmed by a
    /// check that began after the quiet period.
    std::chrono::nanoseconds quiet_period = std::chrono::milliseconds{75};
    /// A set is delivered at the latest this long after its first difference was seen;
    /// `unlimited` for no such limit.
    std::chrono::nanoseconds max_wait = std::chrono::seconds{1};
    /// Quiet period of a file that lost all its content: usually a write follows.
    std::chrono::nanoseconds empty_period = std::chrono::milliseconds{500};
    /// The share of a core that scans may use while nothing differs; 1 removes the limit. A scan
    /// above this share of `interval` is followed by a compensating pause, always at least as
    /// long as the scan itself. During the pause, `run` still checks recently edited and pinned
    /// files every `interval` (50 ms, if that is less). The observer gets the time for which an
    /// edit of these files, and of all other files, may remain unseen. The cost of a scan is the
    /// CPU time of its threads if the file system reports it, otherwise its duration. Where each
    /// directory has events (`event_coverage`), scans of everything only judge the events: they use
    /// a tenth of the share, and are at most 10 s apart, or 5 minutes with a million files.
    double cpu_share = 0.1;
    /// Makes `run` scan in slices of this length, on the caller's thread alone, with pauses
    /// between slices. Each slice first checks recently edited and pinned files, then continues
    /// with the other files in turn. The baseline is still taken in a single scan. Zero disables
    /// slices: each scan runs as a whole.
    std::chrono::nanoseconds slice{};
};

} // namespace restat
