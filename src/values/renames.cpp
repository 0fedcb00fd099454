#include <restat/renames.hpp>

#include <restat/split_path.hpp>

#include <algorithm>

namespace restat {

change_set without_renames(change_set const& changes) {
    std::vector<change> apart;
    for (change const& one : changes) {
        apart.push_back(one);
        if (one.kind != change_kind::renamed) continue;
        apart.push_back({.kind = change_kind::removed,
                         .path = one.from,
                         .before = one.before,
                         .history = one.history});
        change& added = *(apart.end() - 2);
        added.kind = change_kind::added;
        added.changed = fields::none;
        added.before = {};
    }
    std::sort(apart.begin(), apart.end(),
              [](change const& a, change const& b) { return path_less(a.path, b.path); });
    return change_set{std::move(apart), changes.batch()};
}

} // namespace restat
