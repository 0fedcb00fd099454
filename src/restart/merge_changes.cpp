#include "restart/merge_changes.hpp"

#include <restat/renames.hpp>
#include <restat/snapshot.hpp>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

namespace restat::detail {
namespace {

// Joins two changes of a path, from the record before the older change to the record after the
// newer.
void add_joined(std::vector<change>& to, change const& older, change const& newer) {
    bool const was_there = older.kind != change_kind::added;
    bool const is_there = newer.kind != change_kind::removed;
    if (!was_there && !is_there) return;
    change both{.path = newer.path,
                .before = older.before,
                .after = newer.after,
                .history = joined(older.history, newer.history)};
    if (!was_there) both.kind = change_kind::added;
    if (!is_there) both.kind = change_kind::removed;
    if (was_there && is_there) {
        both.changed = older.changed | newer.changed | changed_fields(older.before, newer.after);
    }
    to.push_back(std::move(both));
}

// The sorted names in a change set, including the old names of renames. Without the sorted copy,
// a search for an old name would scan the whole change set.
class names_in {
public:
    explicit names_in(change_set const& changes) {
        for (change const& what : changes) {
            all_.push_back(what.path);
            if (what.kind == change_kind::renamed) all_.push_back(what.from);
        }
        std::sort(all_.begin(), all_.end());
    }

    bool contains(std::string_view name) const {
        return std::binary_search(all_.begin(), all_.end(), name);
    }

private:
    std::vector<std::string_view> all_;
};

// Keeps a rename whole if the other change set contains neither of its names; otherwise splits
// the rename.
change_set split_shared_renames(change_set const& other, change_set const& changes) {
    names_in const other_names{other};
    std::vector<change> whole;
    std::vector<change> to_split;
    for (change const& what : changes) {
        bool const stays_whole = what.kind == change_kind::renamed &&
                                 !other_names.contains(what.path) &&
                                 !other_names.contains(what.from);
        (stays_whole ? whole : to_split).push_back(what);
    }
    auto const parts = without_renames(change_set{std::move(to_split)});
    std::vector<change> all;
    std::merge(whole.begin(), whole.end(), parts.begin(), parts.end(), std::back_inserter(all),
               [](change const& a, change const& b) { return path_less(a.path, b.path); });
    return change_set{std::move(all), changes.batch()};
}

} // namespace

change_set merge(change_set const& before, change_set const& after) {
    change_set const older = split_shared_renames(after, before);
    change_set const newer = split_shared_renames(before, after);
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
