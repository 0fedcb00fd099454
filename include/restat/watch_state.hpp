#pragma once

#include <restat/change.hpp>
#include <restat/error.hpp>
#include <restat/matcher/explanation.hpp>
#include <restat/time_point.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace restat {

class matcher_ref;

/// The state of a path in a reloader: its pending change and the reason to wait, or the reason
/// for having no change.
struct watch_state {
    enum class state : unsigned char {
        starting,   ///< there is no baseline yet
        pending,    ///< differs from the delivered state, and waits: see `what` and `awaits`
        unchanged,  ///< as delivered, or as in the baseline, since the time `since`
        directory,  ///< a directory: the files below it are watched
        unreadable, ///< unreadable: see `fault`; keeps its last known state
        missing,    ///< would be watched, but does not exist
        pruned,     ///< below a pruned directory: see `rule.pruned`
        excluded,   ///< excluded by a rule: see `rule`
        outside,    ///< outside every root
    };

    state is = state::missing;
    std::string path = {}; ///< the path as a delivery would spell it
    time_point asked = {};
    time_point checked = {}; ///< the end of the last completed scan
    /// The time of its last delivery, or the start of the remembered time without a delivery.
    time_point since = {};
    std::size_t batch = 0; ///< the number of its last delivery; 0 if none is remembered

    /// The pending change; without a change, only `after` is set, to the known record.
    change pending = {};
    awaited waits_for = awaited::nothing; ///< an `unchanged` path may await a final record
    std::error_code refusal = {};     ///< the strategy's reason for a refusal, if there is one
    std::string held_by = {};         ///< another path of the same set with a longer wait
    std::chrono::nanoseconds quiet{}; ///< the time without a difference so far
    std::chrono::nanoseconds required_quiet{}; ///< the quiet period of the path
    time_point next = {};                      ///< the earliest time of a delivery
    finding fault = {};                        ///< the error of the failed check
    path_explanation rule = {};                ///< the matcher's answer for an unknown path
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(watch_state::state of) noexcept {
    using enum watch_state::state;
    switch (of) {
    case starting: return "starting";
    case pending: return "pending";
    case unchanged: return "unchanged";
    case directory: return "directory";
    case unreadable: return "unreadable";
    case missing: return "missing";
    case pruned: return "pruned";
    case excluded: return "excluded";
    case outside: return "outside";
    }
    return "invalid";
}

/// Writes a sentence for people, with escaped names:
/// "'a.cpp' was modified (mtime, size), first seen 30 ms ago, and waits for quiet: 30 ms of
/// 75 ms"
RESTAT_EXPORT_OR({}, std::string to_string(watch_state const& of))

namespace detail {

/// Asks the matcher why a path is unknown. `below` is the position after the path's root; `npos`
/// without a root.
RESTAT_EXPORT void ask_rules(watch_state& of, matcher_ref matcher, std::size_t below);

} // namespace detail
} // namespace restat
