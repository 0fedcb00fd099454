#pragma once

#include <restat/clock/waitable_clock.hpp>

#include <cstddef>
#include <string_view>

namespace restat {

/// The outcome of a `poll`.
enum class poll_state : unsigned char {
    unchanged, ///< every file equals the baseline
    starting,  ///< the baseline is not final yet; nothing has been compared so far
    settling,  ///< a difference exists, and is not quiet or not final yet
    delivered, ///< the restart strategy accepted or declined a change set
    refused,   ///< the restart strategy could not restart; the changes stay pending
    failed,    ///< the scan was abandoned; the known snapshot stays valid
    busy,      ///< called from inside a poll of the same reloader; did nothing
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(poll_state of) noexcept {
    using enum poll_state;
    switch (of) {
    case unchanged: return "unchanged";
    case starting: return "starting";
    case settling: return "settling";
    case delivered: return "delivered";
    case refused: return "refused";
    case failed: return "failed";
    case busy: return "busy";
    }
    return "invalid";
}

/// The outcome of a `poll`, and the earliest useful time for the next call.
struct poll_result {
    poll_state state = poll_state::unchanged;
    time_point next{};
};

/// The outcome of a `poll_for`.
struct slice_result : poll_result {
    std::size_t entries_checked = 0; ///< entries checked, directories included
    /// The time since the last check of the next entry; the scan has seen every edit before that
    /// check. Zero until the baseline is complete.
    std::chrono::nanoseconds staleness{};
    bool round_ended = false; ///< whether this slice was the last slice of its scan
};

} // namespace restat
