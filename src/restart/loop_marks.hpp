#pragma once

#include "restart/restart_loop_guard.hpp"

#include <chrono>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace restat::detail {

using loop_mark = restart_loop_guard::mark;

inline constexpr std::chrono::milliseconds clock_margin{100}; ///< a tick and a scheduling delay
inline constexpr std::chrono::seconds window_by_scan{1};
inline constexpr std::chrono::milliseconds delivery_delay{1500};

/// Returns whether a change at this distance from the start is the change of the mark.
bool fits(loop_mark const& known, std::chrono::nanoseconds at, bool stamped) noexcept;
/// Returns whether this distance lies in the window of a proven mark.
bool is_in_window(loop_mark const& known, std::chrono::nanoseconds at) noexcept;
/// Takes the step of a mark whose change returned; `before` is the length of the run before the
/// last start.
void record_return(loop_mark& known, std::chrono::nanoseconds at, bool by_guard,
                   std::chrono::nanoseconds before) noexcept;
/// Takes the step of a mark at another start, after a run of this length, and one of the length
/// `before`. Returns false if the mark carries no more information.
bool survives_start(loop_mark& known, std::chrono::nanoseconds lasted,
                    std::chrono::nanoseconds before);
/// Forgets the contents of a path: the program may have read another.
void forget_contents(std::vector<loop_mark>& marks) noexcept;
/// Handles a path changed at an unexpected distance: starts counted toward a proof no longer count.
/// Without an expected change before, the suspicion was wrong.
void weaken_suspicion(std::vector<loop_mark>& marks);
/// Returns whether a mark of the previous process may be true.
bool is_plausible(loop_mark const& known) noexcept;
/// Returns the largest number of runs in a row with a change soon after the start.
std::uint8_t most_soon_runs(std::vector<loop_mark> const& of) noexcept;
/// Counts the run for the paths that changed soon after its start, as long as the streak lasts.
void count_soon_runs(restart_loop_guard::marks& all, std::set<std::string> const& soon);

template <class Test>
void erase_marks(restart_loop_guard::marks& of, Test test) {
    for (auto at = of.begin(); at != of.end();) {
        std::erase_if(at->second, test);
        at = at->second.empty() ? of.erase(at) : std::next(at);
    }
}

} // namespace restat::detail
