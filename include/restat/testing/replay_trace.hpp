#pragma once

#include <restat/change_set.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace restat::testing {

/// The result of a trace replay.
struct replayed {
    /// The first line with a difference between trace and replay, as a sentence; empty if the
    /// replay made the same decisions at the same times.
    std::string difference;
    /// The deliveries of the replay up to the difference. Each change contains its times and its
    /// history.
    std::vector<change_set> deliveries;
    std::size_t scans = 0;
};

/// Replays the recording of a `trace_recorder` in a reloader made of fakes. The clock of the
/// reloader returns the recorded times, the enumerator finds the recorded files and errors, and
/// the strategy returns the recorded answers. Each scan that followed a hint happens at its time
/// with its result. The decisions of the reloader are compared with the trace line by line.
///
/// \errors a malformed trace, another version or a missing line is reported as the difference; an
/// incomplete last line is no difference
/// \cost time and memory for all files at each scan of the trace
[[nodiscard]] replayed replay_trace(std::string_view trace);

} // namespace restat::testing
