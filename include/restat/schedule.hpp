#pragma once

#include <restat/detail/chrono.hpp>

namespace restat {

/// For `schedule::max_wait`: a change waits for its quiet period, however long that takes.
///
/// A file that is written for seconds is then delivered whole, once. A file that is rewritten
/// without end is never delivered, nor is anything that changed meanwhile. When that has lasted for
/// 10 s, the observer gets one finding with its path (`errc::keeps_changing`).
inline constexpr std::chrono::nanoseconds unlimited = (std::chrono::nanoseconds::max)();

/// When to look, and how long to wait before telling. Intervals are of the monotonic clock.
struct schedule {
    /// From the start of one scan to the start of the next.
    std::chrono::nanoseconds interval = std::chrono::seconds{1};
    /// A set of changes is delivered when nothing differed for this long, as seen by a look that
    /// began after it,
    std::chrono::nanoseconds quiet_period = std::chrono::milliseconds{75};
    /// at the latest this long after its first difference was seen; `unlimited` for no such limit.
    std::chrono::nanoseconds max_wait = std::chrono::seconds{1};
    /// Quiet period of a file that lost all its content: most often it is about to be written.
    std::chrono::nanoseconds empty_period = std::chrono::milliseconds{500};
    /// How much of one core may be taken for looking while nothing differs; 1 for as much as it
    /// needs. A scan that takes more than this share of `interval` is followed by a pause that
    /// makes up for it, and that is never shorter than the scan. In the pause `run` keeps to
    /// `interval` (50 ms, if that is less) with what was edited lately and what is pinned. The
    /// observer is told how long an edit of these, and of the rest, may go unseen. What counts is
    /// what the threads of a scan had of a core, where its file system tells, else its length.
    double share = 0.1;
    /// Has `run` look in slices of this length, on the caller's thread alone, with pauses between
    /// them: at each, first at what was edited lately and what is pinned, then at the rest in turn.
    /// The baseline is taken at once. Zero has each scan be made at once.
    std::chrono::nanoseconds slice{};
};

} // namespace restat
