#include "settling.hpp"

#include "values/snapshot_access.hpp"
#include "values/snapshot_delta.hpp"

#include <memory>
#include <utility>

// Gives pending and delivered paths their new names after a change of the roots, a path at a time.
// The paths are copied first, since the merge may be dropped at any time.
namespace restat::detail {

void settling::begin_renaming() {
    look_.renamed = std::make_unique<renamed_paths>();
    look_.renamed->next_due = due_.begin();
    look_.renamed->next_owed = owed_.begin();
    look_.phase = look_phase::renaming;
}

void settling::rename_step() {
    auto const& names = look_.found->delta().respelled->names();
    auto const name_of = [&](std::string const& path) {
        return new_name(path, !snapshot_access::is_named(latest_, path), names);
    };
    auto& to = *look_.renamed;
    if (to.next_due != due_.end()) {
        auto const& [path, one] = *to.next_due++;
        item copy = one;
        copy.what.path = name_of(path);
        auto name = copy.what.path;
        auto const [at, is_new] = to.due.try_emplace(std::move(name), std::move(copy));
        to.unfinal += is_new && !at->second.final ? 1 : 0;
        to.named += is_new && at->second.named ? 1 : 0;
    } else if (to.next_owed != owed_.end()) {
        to.owed.insert(name_of(*to.next_owed++));
    } else if (to.told.size() < told_.size()) {
        if (to.told.empty()) to.told.reserve(told_.size());
        auto const& one = told_[to.told.size()];
        to.told.push_back({name_of(one.path), one.at, one.batch});
    } else if (to.unread.size() < unread_.size()) {
        to.unread.push_back(unread_[to.unread.size()]);
        to.unread.back().path = name_of(to.unread.back().path);
    } else {
        adopt_names();
        begin_part(extent::edits);
    }
}

void settling::adopt_names() noexcept {
    auto& to = *look_.renamed;
    due_.swap(to.due);
    owed_.swap(to.owed);
    told_.swap(to.told);
    unread_.swap(to.unread);
    unfinal_ = to.unfinal;
    named_ = to.named;
    if (delivered_items_.empty()) delivered_items_.swap(to.due);
    look_.renamed.reset();
    look_.has_committed = true;
    look_.found->delta().adopt_names(latest_);
}

} // namespace restat::detail
