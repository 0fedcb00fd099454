#pragma once

#include <restat/change.hpp>
#include <restat/error.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/time_point.hpp>

#include <cstddef>
#include <string>

namespace restat {

/// How a path stands with a reloader: that a change of it is due, and what that waits for; or that
/// there is none, and why.
struct standing {
    enum class state : unsigned char {
        starting,  ///< there is no baseline yet
        due,       ///< differs from what was told, and waits: see `what` and `awaits`
        unchanged, ///< is as it was told, or as the baseline has it, for `since`
        directory, ///< a directory: the files below it are watched
        unread,    ///< could not be looked at: see `fault`; stays as it was known
        missing,   ///< would be watched, but nothing is there
        beyond,    ///< below something that is not entered: see `rule.pruned`
        left_out,  ///< by a rule: see `rule`
        outside,   ///< not below what is watched
    };

    state is = state::missing;
    std::string path = {}; ///< as it would be told
    time_point asked = {};
    time_point looked = {}; ///< when the last scan ended that was not given up
    /// When it was last told, or how far back is remembered that it was not.
    time_point since = {};
    std::size_t batch = 0; ///< the delivery in which it was last told; 0 if none is remembered

    change what = {};                  ///< what is due; else `after` alone: the record as known
    awaited awaits = awaited::nothing; ///< one that is `unchanged` may await a final record
    std::error_code refusal = {};      ///< why the strategy refused it, if it said so
    std::string held_by = {};          ///< another path that it waits for
    std::chrono::nanoseconds quiet{};  ///< for how long nothing has differed,
    std::chrono::nanoseconds enough{}; ///< of so long
    time_point next = {};              ///< when it may be told at the earliest
    finding fault = {};                ///< why it could not be looked at
    path_explanation rule = {};        ///< what the matcher says, of a path that is not known
};

/// "'a.cpp' was modified (mtime, size), first seen 30 ms ago, and waits for quiet: 30 ms of 75 ms"
/// - for people: names are escaped.
RESTAT_EXPORT std::string to_sentence(standing const& of);

namespace detail {

/// Finds out why a path is not known. `below` is where the part below its root begins, `npos` if
/// it has none.
RESTAT_EXPORT void ask_rules(standing& of, matcher_ref matcher, std::size_t below);

} // namespace detail
} // namespace restat
