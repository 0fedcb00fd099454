#pragma once

#include <restat/detail/language.hpp>

#include <string_view>

namespace restat {

/// The condition for a run of a program to count as good. If a run ends before, or is not ready
/// within a limit, the strategy ends the run. The strategy then runs the last good program in its
/// place: see `child_restart`.
enum class readiness : unsigned char {
    started,  ///< at once: no program is kept for a roll back
    notified, ///< when the program reports ready, to NOTIFY_SOCKET or RESTAT_READY
    survived, ///< when the program is still running at the limit
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(readiness of) noexcept {
    using enum readiness;
    switch (of) {
    case started: return "started";
    case notified: return "notified";
    case survived: return "survived";
    }
    return "invalid";
}

} // namespace restat
