#pragma once

#include <restat/export.hpp>
#include <restat/split_path.hpp>
#include <restat/stat_record.hpp>

namespace restat {

/// An object of a snapshot: its path and its stored records. The path points into the snapshot.
struct entry {
    split_path path;
    /// The record of the path's target, or of the symbolic link itself if the link is broken.
    stat_record record = {};
    /// The record of the symbolic link itself, if both link and target are checked; else of type
    /// `none`.
    stat_record link = {};
    /// Whether the file is listed only as a consequence of another event, as a module is when it
    /// is loaded. The start or end of its listing is not a change; an edit, a removal or a return
    /// is.
    bool incidental = false;
};

/// Returns each field with different values in two entries of the same path; `fields::target` if
/// the links differ.
[[nodiscard]] RESTAT_EXPORT fields changed_fields(entry const& before,
                                                  entry const& after) noexcept;

} // namespace restat
