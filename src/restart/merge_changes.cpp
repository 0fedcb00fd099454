#include "restart/merge_changes.hpp"

#include <restat/snapshot.hpp>

#include <algorithm>

namespace restat::detail {
namespace {

change_reason joined_reason(change_reason const& older, change_reason newer) {
    newer.seen = std::min(older.seen, newer.seen);
    newer.waited |= older.waited;
    return newer;
}

// What a path went through, from before the older change to after the newer.
void add_joined(std::vector<change>& to, change const& older, change const& newer) {
    bool const was_there = older.kind != change_kind::added;
    bool const is_there = newer.kind != change_kind::removed;
    if (!was_there && !is_there) return;
    change joined{change_kind::modified, newer.path,  fields::none,
                  older.before,          newer.after, joined_reason(older.why, newer.why)};
    if (!was_there) joined.kind = change_kind::added;
    if (!is_there) joined.kind = change_kind::removed;
    if (was_there && is_there) {
        joined.differing =
            older.differing | newer.differing | differences(older.before, newer.after);
    }
    to.push_back(std::move(joined));
}

} // namespace

change_set merge(change_set const& older, change_set const& newer) {
    std::vector<change> all;
    auto old = older.begin();
    for (change const& what : newer) {
        while (old != older.end() && path_less(old->path, what.path)) all.push_back(*old++);
        if (old != older.end() && old->path == what.path) {
            add_joined(all, *old++, what);
        } else {
            all.push_back(what);
        }
    }
    all.insert(all.end(), old, older.end());
    return change_set{std::move(all), newer.batch()};
}

} // namespace restat::detail
