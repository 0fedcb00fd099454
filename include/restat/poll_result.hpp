#pragma once

#include <restat/clock/waitable_clock.hpp>

#include <cstddef>

namespace restat {

/// What one `poll` came to.
enum class poll_state : unsigned char {
    unchanged, ///< all is as the baseline has it
    starting,  ///< the baseline is not final yet; nothing is compared so far
    settling,  ///< something differs, and is not quiet or not final yet
    delivered, ///< the restart strategy dealt with a change set
    refused,   ///< the restart strategy could not; the changes stay due
    failed,    ///< the scan was given up; what was known stays known
    busy,      ///< called from inside a poll of the same reloader; did nothing
};

/// What one `poll` came to, and when the next is worth it.
struct poll_result {
    poll_state state = poll_state::unchanged;
    time_point next{};
};

/// What one `poll_for` came to.
struct slice_result : poll_result {
    std::size_t looked_at = 0; ///< entries, directories included
    /// How long ago the entry was looked at which is next: no edit before that is unseen. Zero
    /// before the baseline stands.
    std::chrono::nanoseconds staleness{};
    bool round_ended = false; ///< whether this slice was the last of its scan
};

} // namespace restat
