#pragma once

#include <restat/detail/chrono.hpp>

namespace restat {

/// When to look, and how long to wait before telling. Intervals are of the monotonic clock.
struct schedule {
    /// From the start of one scan to the start of the next. A scan that takes longer is followed
    /// by a pause as long as itself.
    std::chrono::nanoseconds interval = std::chrono::seconds{1};
    /// A set of changes is delivered when nothing differed for this long,
    std::chrono::nanoseconds quiet_period = std::chrono::milliseconds{75};
    /// at the latest this long after its first difference was seen.
    std::chrono::nanoseconds max_wait = std::chrono::seconds{1};
    /// Quiet period of a file that lost all its content: most often it is about to be written.
    std::chrono::nanoseconds empty_period = std::chrono::milliseconds{500};
    /// How much of one core `run` may take for looking, such as 0.01; 0 for as much as it needs.
    /// It then looks in slices of `slice`, with pauses between them: at each, first at what was
    /// edited lately and what is pinned, then at the rest in turn. Less often than `interval`, if
    /// it must, is each looked at; the observer is told how often that is. The baseline is taken at
    /// once.
    double share = 0;
    std::chrono::nanoseconds slice = std::chrono::milliseconds{1};
};

} // namespace restat
