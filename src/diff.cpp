#include <restat/diff.hpp>

#include <algorithm>

namespace restat {
namespace {

// Whether a scan looked for a path and found nothing, rather than not having looked.
bool is_missing(split_path path, snapshot const& in) {
    auto const& all = in.findings();
    auto const at =
        std::lower_bound(all.begin(), all.end(), path,
                         [](finding const& f, auto wanted) { return path_less(f.path, wanted); });
    return at != all.end() && path == at->path;
}

} // namespace

change_set diff(snapshot const& before, snapshot const& after) {
    std::vector<change> changes;
    auto const added = [&](entry const& e) {
        if (e.incidental && !is_missing(e.path, before)) return;
        if (after.revealed(e.path)) return;
        changes.push_back({change_kind::added, e.path.str(), fields::none, {}, e.record});
    };
    auto const removed = [&](entry const& e) {
        if (e.incidental && !is_missing(e.path, after)) return;
        if (after.hidden(e.path)) return;
        changes.push_back({change_kind::removed, e.path.str(), fields::none, e.record, {}});
    };
    auto const both = [&](entry const& old, entry const& now) {
        if (auto const differing = differences(old, now); is_edit(differing)) {
            changes.push_back(
                {change_kind::modified, now.path.str(), differing, old.record, now.record});
        }
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
    return change_set{std::move(changes)};
}

} // namespace restat
