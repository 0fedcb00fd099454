#include "settling.hpp"

#include "values/snapshot_access.hpp"
#include "values/snapshot_delta.hpp"

#include <memory>
#include <utility>

// Gives pending and delivered paths their new names after a change of the roots, a path at a time.
// The paths are copied first, since the merge may be dropped at any time.
namespace restat::detail {

void settling::begin_renaming() {
    release_all();
    merge_.renamed = std::make_unique<renamed_paths>();
    merge_.renamed->next_pending = pending_.begin();
    merge_.renamed->next_redelivery = to_redeliver_.begin();
    merge_.phase = merge_phase::renaming;
}

void settling::rename_step() {
    auto const& names = merge_.found->delta().respelled->names();
    auto const name_of = [&](std::string const& path) {
        return new_name(path, !snapshot_access::is_named(latest_, path), names);
    };
    auto& to = *merge_.renamed;
    if (to.next_pending != pending_.end()) {
        auto const& [path, one] = *to.next_pending++;
        auto copy = one;
        copy.difference.path = name_of(path);
        auto name = copy.difference.path;
        auto const [at, is_new] = to.pending.try_emplace(std::move(name), std::move(copy));
        to.unfinal += is_new && !at->second.final ? 1 : 0;
        to.named += is_new && at->second.named ? 1 : 0;
    } else if (to.next_redelivery != to_redeliver_.end()) {
        to.to_redeliver.insert(name_of(*to.next_redelivery++));
    } else if (to.delivered.size() < last_delivered_.size()) {
        if (to.delivered.empty()) to.delivered.reserve(last_delivered_.size());
        auto const& one = last_delivered_[to.delivered.size()];
        to.delivered.push_back({name_of(one.path), one.at, one.batch});
    } else if (to.unread.size() < unread_.size()) {
        to.unread.push_back(unread_[to.unread.size()]);
        to.unread.back().path = name_of(to.unread.back().path);
    } else {
        adopt_names();
        begin_part(extent::edits);
    }
}

void settling::adopt_names() noexcept {
    auto& to = *merge_.renamed;
    pending_.swap(to.pending);
    to_redeliver_.swap(to.to_redeliver);
    last_delivered_.swap(to.delivered);
    unread_.swap(to.unread);
    unfinal_ = to.unfinal;
    named_ = to.named;
    if (delivered_items_.empty()) delivered_items_.swap(to.pending);
    merge_.renamed.reset();
    merge_.has_committed = true;
    merge_.found->delta().adopt_names(latest_);
    contents_.begin();
    learned_.clear();
    learns_ = contents_.is_on();
}

} // namespace restat::detail
