#pragma once

#include <restat/export.hpp>
#include <restat/split_path.hpp>
#include <restat/stat_record.hpp>

namespace restat {

/// One object of a snapshot: its path and what is remembered of it. The path points into the
/// snapshot.
struct entry {
    split_path path;
    /// Of what the path leads to, or of the link when that leads nowhere.
    stat_record record = {};
    /// Of the symbolic link itself, if looked at both ways; else of type `none`.
    stat_record link = {};
    /// Came into view because something else did, as a module does when it is loaded: that it is
    /// listed, or no longer, is no change; that it differs, is found missing or comes back is one.
    bool incidental = false;
};

/// Each field in which two looks at a path differ, `fields::target` if the links do.
RESTAT_EXPORT fields differences(entry const& before, entry const& after) noexcept;

} // namespace restat
