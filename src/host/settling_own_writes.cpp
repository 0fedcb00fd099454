#include "settling.hpp"

#include "values/snapshot_access.hpp"

#include <utility>

// Holds the changes of files written by the host itself, and decides about them at the end of each
// merge:
//
//     add_change_step ---> held_ ---> judge_step     own: dropped
//                            ^            |          foreign: pending
//                            +------------+
//                                 wait
namespace restat::detail {

void settling::begin_judging() noexcept {
    if (held_.empty()) return end_part();
    merge_.next = held_.begin();
    merge_.phase = merge_phase::judging;
}

void settling::judge_step() noexcept {
    if (merge_.next == held_.end()) return end_part();
    auto const held = merge_.next++;
    auto const& [path, item] = *held;
    if (is_out_of_view(path)) {
        own_->release(path);
        held_.erase(held);
        return;
    }
    entry const before{path, item.difference.before, item.old_link};
    auto const now = latest_entry(path);
    auto const decision =
        own_->judge(path, {item.was_there ? &before : nullptr, now ? &*now : nullptr});
    if (decision == own_writes::verdict::own) held_.erase(held);
    if (decision == own_writes::verdict::foreign) release(held);
}

// Returns whether new rules hide or reveal a path, as if the rules had always been the same.
bool settling::is_out_of_view(std::string_view path) const noexcept {
    bool const may_be = merge_.of == extent::all && latest_.view_changed();
    return may_be && (snapshot_access::is_hidden(latest_, path) ||
                      snapshot_access::is_revealed(latest_, path));
}

void settling::release(pending_paths::iterator held) noexcept {
    compare(pending_.insert(held_.extract(held)).position);
}

// The host decides by paths, and these get new names.
void settling::release_all() noexcept {
    if (held_.empty()) return;
    if (pending_.empty()) first_ = merge_.now;
    while (!held_.empty()) {
        own_->release(held_.begin()->first);
        release(held_.begin());
    }
}

} // namespace restat::detail
