#pragma once

#include <restat/export.hpp>
#include <restat/time_point.hpp>

#include <cstdint>
#include <string>

namespace restat {

/// What a change has to wait for before it is told; a set of bits.
enum class awaited : std::uint8_t {
    nothing = 0,
    quiet = 1 << 0,        ///< until nothing of the whole set had differed for the quiet period
    content = 1 << 1,      ///< a file that was emptied: for what is to be in it
    final_record = 1 << 2, ///< until a later write was sure to leave another record
    retry = 1 << 3,        ///< the strategy had refused it: for the next attempt
    look = 1 << 4,         ///< a look that begins after the quiet period; not in `waited`
    guard = 1 << 5,        ///< the restart-loop guard suspended it: for the guard's moment
};

constexpr awaited operator|(awaited a, awaited b) noexcept {
    return static_cast<awaited>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr awaited operator&(awaited a, awaited b) noexcept {
    return static_cast<awaited>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}
constexpr awaited& operator|=(awaited& a, awaited b) noexcept { return a = a | b; }
constexpr bool has(awaited set, awaited one) noexcept { return (set & one) != awaited::nothing; }

/// Why a change was told when it was. All of it is zero in changes that no reloader told.
struct change_reason {
    time_point seen{};  ///< the look that first saw it
    time_point moved{}; ///< the look that last saw the path differ from the look before
    time_point told{};  ///< when it was handed to the strategy
    awaited waited = awaited::nothing;
    bool hurried = false; ///< told at the latest time allowed, since it did not become quiet
    bool again = false;   ///< told once before, when its record was not final
};

/// The reason of one change that came of two.
RESTAT_EXPORT change_reason joined(change_reason const& older,
                                   change_reason const& newer) noexcept;

/// "first seen 80 ms before, waited until all was quiet" - the part of a sentence that says when
/// and why a change was told.
RESTAT_EXPORT std::string describe(change_reason const& why);

} // namespace restat
