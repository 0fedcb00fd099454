#pragma once

#include <restat/change_set.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace restat::testing {

/// What came of the replay of a trace.
struct replayed {
    /// The first line at which the trace and the replay differ, in a sentence; empty if the replay
    /// came to the same decisions at the same times.
    std::string difference;
    /// What the replay delivered, up to there. When and why stands in each change.
    std::vector<change_set> deliveries;
    std::size_t scans = 0;
};

/// Has a reloader of fakes live through what a `trace_recorder` wrote down: its clock tells the
/// recorded times, its enumerator finds the recorded files and errors, its strategy gives the
/// recorded answers. What it decides is compared with the trace line by line.
///
/// \errors a trace that is malformed, of another version or with a line missing has that as its
/// difference; that it is cut off is none
/// \cost time and memory for all files at each scan of the trace
replayed replay_trace(std::string_view trace);

} // namespace restat::testing
