#pragma once

#include <restat/time_point.hpp>

namespace restat::detail {

/// The recheck of all pending paths, between their quiet period and their delivery.
///
///            begin           all files checked            merged
///     idle --------> files --------------------> merging ------------> idle
///       |            ^   ^                          |
///       | begin,     |   |                          | a file could not be checked by its path
///       | with names |   |                          v
///       +------------|---|------------------------> names -- a name has moved out ---> everything
///                    |   |                          |        of these directories          |
///                    |   +--------------------------+ scan of the directories              |
///                    +---------------------------------------------------------------------+
///                                                                      pass over the tree
///
/// - `files`: priority checks of the pending files.
/// - `merging`: their records are compared with the latest snapshot.
/// - `names`: a scan of the directories with added or removed names.
/// - `everything`: a pass over the tree that begins after the recheck.
///
/// A pass over the tree also serves `names`. `end` leads to `idle` from everywhere.
class recheck {
public:
    enum class state : unsigned char { idle, files, merging, names, everything };
    enum class scan : unsigned char { limited, pass };

    void begin(time_point now, bool with_names) noexcept {
        now_ = with_names ? state::names : state::files;
        began_ = now;
    }
    /// Notes the end of a scan of directories with all its differences. `led_out` tells whether a
    /// name has moved out of them.
    void scanned(scan of, time_point since, bool led_out) noexcept {
        if (!awaits_scan()) return;
        if (of == scan::pass) {
            if (since >= began_) now_ = state::files;
        } else if (now_ == state::names) {
            now_ = led_out ? state::everything : state::files;
        }
    }
    /// Notes that all pending files were checked, or given up.
    void files_checked() noexcept {
        if (now_ == state::files) now_ = state::merging;
    }
    /// Notes the end of the merge. Returns whether the recheck is complete.
    bool merged(bool some_missed) noexcept {
        if (now_ != state::merging) return false;
        now_ = some_missed ? state::names : state::idle;
        return now_ == state::idle;
    }
    void end() noexcept { now_ = state::idle; }

    state now() const noexcept { return now_; }
    bool awaits_scan() const noexcept {
        return now_ == state::names || now_ == state::everything;
    }
    time_point began() const noexcept { return began_; }

private:
    state now_ = state::idle;
    time_point began_{};
};

} // namespace restat::detail
