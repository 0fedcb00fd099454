#pragma once

#include <restat/time_point.hpp>

#include <string_view>

namespace restat {

/// The state of a program, as reported by a supervising strategy.
struct supervision {
    enum class state : unsigned char {
        idle,     ///< no program runs
        running,  ///< the program runs normally
        stopping, ///< the program is being stopped
        pausing,  ///< the program starts again at `next`
    };
    state now = state::idle;
    time_point next = (time_point::max)(); ///< call `supervise` again by then
    bool done = false;                     ///< supervision has ended: `run` returns
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(supervision::state of) noexcept {
    using enum supervision::state;
    switch (of) {
    case idle: return "idle";
    case running: return "running";
    case stopping: return "stopping";
    case pausing: return "pausing";
    }
    return "invalid";
}

} // namespace restat
