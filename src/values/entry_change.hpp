#pragma once

#include <restat/entry.hpp>

namespace restat::detail {

/// Returns the differences between the entries of a path in two scans. A link followed by one of
/// the scans alone is compared as a link: the other scan knows nothing of the target.
inline fields changes_between(entry const& before, entry const& after) noexcept {
    auto const follows = [](entry const& one) { return one.link.type != file_type::none; };
    auto const is_link = [](entry const& one) { return one.record.type == file_type::symlink; };
    if (follows(before) && !follows(after) && is_link(after)) {
        return changed_fields(before.link, after.record);
    }
    if (follows(after) && !follows(before) && is_link(before)) {
        return changed_fields(before.record, after.link);
    }
    return changed_fields(before, after);
}

} // namespace restat::detail
