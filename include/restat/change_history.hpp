#pragma once

#include <restat/export.hpp>
#include <restat/time_point.hpp>

#include <cstdint>
#include <string>

namespace restat {

/// The conditions a change waits for before its delivery; a set of bits.
enum class awaited : std::uint8_t {
    nothing = 0,
    quiet = 1 << 0,        ///< until the whole set is unchanged for the quiet period
    content = 1 << 1,      ///< an emptied file: until it has content again
    final_record = 1 << 2, ///< until any later write must leave a different record
    retry = 1 << 3,        ///< refused by the strategy: until the next attempt
    recheck = 1 << 4,      ///< a scan that starts after the quiet period; never in `waited_for`
    guard = 1 << 5,        ///< suspended by the restart-loop guard: until the guard allows it
    own_write = 1 << 6,    ///< until the host ends its own write; never in `waited_for`
};

constexpr awaited operator|(awaited a, awaited b) noexcept {
    return static_cast<awaited>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr awaited operator&(awaited a, awaited b) noexcept {
    return static_cast<awaited>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}
constexpr awaited& operator|=(awaited& a, awaited b) noexcept { return a = a | b; }
constexpr bool has(awaited set, awaited one) noexcept { return (set & one) != awaited::nothing; }

/// Returns the names of the conditions in a set, in the order above: "quiet, content"; "nothing"
/// for the empty set.
RESTAT_EXPORT_OR({}, std::string to_string(awaited of))

/// The times and waits behind the delivery of a change. All zero in a change that was not
/// delivered by a reloader.
struct change_history {
    time_point first_seen{};   ///< time of the scan that first found the change
    time_point last_changed{}; ///< time of the last scan that found the path changed again
    time_point delivered{};    ///< time of delivery to the strategy
    awaited waited_for = awaited::nothing;
    bool forced = false; ///< delivered at the latest time allowed, without a quiet period
    /// Whether an earlier record of the path was not final, so this change may have no other cause:
    /// the path was delivered, or came into view by new roots or rules, in the tick of its last
    /// write.
    bool redelivered = false;
};

/// Returns the history of a change merged from an older and a newer change.
[[nodiscard]] RESTAT_EXPORT change_history joined(change_history const& older,
                                                  change_history const& newer) noexcept;

/// Returns the part of a sentence with the times and causes of a delivery: "first seen 80 ms
/// before, waited for quiet".
RESTAT_EXPORT_OR({}, std::string to_string(change_history const& of))

} // namespace restat
