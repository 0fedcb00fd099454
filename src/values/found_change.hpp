#pragma once

#include "base/unread.hpp"
#include "entry_change.hpp"
#include "snapshot_contents.hpp"

#include <restat/change.hpp>
#include <restat/snapshot.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace restat::detail {

/// A change, and the parts of the known entry that the change leaves out.
struct found_change {
    change difference;
    stat_record old_link = {};                      ///< of the symbolic link itself, before
    std::uint32_t row = snapshot::contents::no_row; ///< in the known snapshot, of an edit
};

inline found_change modified_entry(entry const& old, entry const& now, fields changed) {
    return {{change_kind::modified, now.path.str(), changed, old.record, now.record}, old.link};
}
inline found_change added_entry(entry const& now) {
    return {{change_kind::added, now.path.str(), fields::none, {}, now.record}};
}
inline found_change removed_entry(entry const& old) {
    return {{change_kind::removed, old.path.str(), fields::none, old.record, {}}, old.link};
}

/// Calls `found` with each change between two snapshots, in order of path; see `diff`.
template <class Found>
void for_each_change(snapshot const& before, snapshot const& after, Found found) {
    auto const added = [&](entry const& now) {
        if (now.incidental && !is_reported(now.path, before.findings())) return;
        if (!after.revealed(now.path)) found(added_entry(now));
    };
    auto const removed = [&](entry const& old) {
        if (old.incidental && !is_reported(old.path, after.findings())) return;
        if (!after.hidden(old.path)) found(removed_entry(old));
    };
    auto const both = [&](entry const& old, entry const& now) {
        auto const changed = changes_between(old, now);
        if (is_edit(changed)) found(modified_entry(old, now, changed));
    };
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < before.size() && j < after.size()) {
        if (before.path(i) == after.path(j)) {
            both(before[i++], after[j++]);
        } else if (path_less(before.path(i), after.path(j))) {
            removed(before[i++]);
        } else {
            added(after[j++]);
        }
    }
    while (i < before.size()) removed(before[i++]);
    while (j < after.size()) added(after[j++]);
}

} // namespace restat::detail
