#pragma once

#include <restat/entry.hpp>

namespace restat::detail {

/// Returns whether the second of two scans alone followed the link at a path, so the target came
/// into view.
inline bool reveals_target(entry const& before, entry const& after) noexcept {
    return after.link.type != file_type::none && before.link.type == file_type::none &&
           before.record.type == file_type::symlink;
}

/// Returns the differences between the entries of a path in two scans. A link followed by one of
/// the scans alone is compared as a link: the other scan knows nothing of the target.
inline fields changes_between(entry const& before, entry const& after) noexcept {
    if (reveals_target(after, before)) return changed_fields(before.link, after.record);
    if (reveals_target(before, after)) return changed_fields(before.record, after.link);
    return changed_fields(before, after);
}

/// Returns whether the records of the path and of its target are final.
inline bool has_final_records(entry const& of) noexcept {
    return of.record.final && of.link.final;
}

} // namespace restat::detail
