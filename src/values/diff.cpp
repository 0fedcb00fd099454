#include <restat/diff.hpp>

#include "base/unread.hpp"
#include "entry_change.hpp"

namespace restat {

change_set diff(snapshot const& before, snapshot const& after) {
    std::vector<change> changes;
    auto const added = [&](entry const& e) {
        if (e.incidental && !detail::is_told_of(e.path, before.findings())) return;
        if (after.revealed(e.path)) return;
        changes.push_back({change_kind::added, e.path.str(), fields::none, {}, e.record});
    };
    auto const removed = [&](entry const& e) {
        if (e.incidental && !detail::is_told_of(e.path, after.findings())) return;
        if (after.hidden(e.path)) return;
        changes.push_back({change_kind::removed, e.path.str(), fields::none, e.record, {}});
    };
    auto const both = [&](entry const& old, entry const& now) {
        if (auto const changed = detail::changes_between(old, now); is_edit(changed)) {
            changes.push_back(
                {change_kind::modified, now.path.str(), changed, old.record, now.record});
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
