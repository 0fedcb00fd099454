#pragma once

#include <restat/detail/language.hpp>

#include <string_view>

namespace restat {

/// The outcome of a restart request.
enum class restart_result : unsigned char {
    restarted, ///< done, or under way and certain to be tried; the changes are settled
    declined,  ///< not wanted for these changes; the changes are settled
    refused,   ///< impossible now; the changes stay pending, and are offered again later
    /// Delayed until a stated moment: the changes stay pending. The reloader offers them again at
    /// `suspended_until()` of the strategy, or on the next change.
    suspended,
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(restart_result of) noexcept {
    using enum restart_result;
    switch (of) {
    case restarted: return "restarted";
    case declined: return "declined";
    case refused: return "refused";
    case suspended: return "suspended";
    }
    return "invalid";
}

} // namespace restat
