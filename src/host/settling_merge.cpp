#include "settling.hpp"

#include "values/entry_change.hpp"
#include "values/found_change.hpp"
#include "values/snapshot_access.hpp"
#include "values/snapshot_delta.hpp"

#include <iterator>
#include <memory>
#include <utility>

// Merges the result of a scan in two parts. First come the edits of known files, as while a scan is
// under way, then all changes, with added and removed names.
namespace restat::detail {
namespace {

constexpr std::size_t changes_remembered = 256;

} // namespace

void settling::merge(snapshot whole_scan, time_point now) {
    begin_merge(std::move(whole_scan), now);
    finish_merge();
}

void settling::merge(snapshot_update& found, time_point now) {
    begin_merge(found, now, extent::all);
    finish_merge();
    free_all();
    found.delta().free_all();
}

void settling::finish_merge() {
    try {
        while (step()) continue;
    } catch (...) {
        drop_merge();
        throw;
    }
}

void settling::begin_merge(snapshot whole_scan, time_point now) {
    drop_merge();
    merge_.now = now;
    merge_.next_redelivery = to_redeliver_.begin();
    for_each_change(latest_, whole_scan, [this](found_change found) { note(std::move(found)); });
    note_early(whole_scan);
    merge_.whole_scan = std::move(whole_scan);
    merge_.phase = merge_phase::selecting_redeliveries;
}

void settling::begin_merge(snapshot_update& found, time_point now, extent of) {
    drop_merge();
    merge_.found = &found;
    merge_.now = now;
    merge_.all_follows = of == extent::all;
    // A demand made after this line concerns the next scan.
    if (merge_.all_follows) found.delta().list_all = false;
    found.delta().has_new_names() ? begin_renaming() : begin_part(extent::edits);
}

void settling::begin_part(extent of) {
    merge_.of = of;
    merge_.at = 0;
    merge_.is_sooner = merge_.has_changed = false;
    merge_.touched.clear();
    merge_.next_redelivery = to_redeliver_.begin();
    merge_.phase = merge_phase::searching;
}

bool settling::step() {
    switch (merge_.phase) {
    case merge_phase::none: return false;
    case merge_phase::renaming: rename_step(); break;
    case merge_phase::searching: search_step(); break;
    case merge_phase::copying:
        if (!merge_.renewal->step()) merge_.phase = merge_phase::selecting_redeliveries;
        break;
    case merge_phase::selecting_redeliveries: select_redelivery_step(); break;
    default: step_committing(); break;
    }
    return merge_.phase != merge_phase::none;
}

void settling::complete() noexcept {
    while (merge_.phase > merge_phase::selecting_redeliveries) step_committing();
}

bool settling::drop_merge() noexcept {
    complete();
    bool const was_taken_up = merge_.has_committed;
    // The dropped scan may have been the first to apply new rules or roots.
    if (merge_.all_follows && merge_.found) merge_.found->list_all();
    merge_ = {};
    if (!was_taken_up) changed_.clear();
    offer_ = {};
    return was_taken_up;
}

void settling::search_step() {
    bool const is_all = merge_.of == extent::all;
    auto& delta = merge_.found->delta();
    if (!merge_.search) {
        auto const range = is_all ? change_search::range::all : change_search::range::edits;
        merge_.search = std::make_unique<change_search>(delta, range);
        if (!is_all) merge_.touched.reserve(delta.edits());
    }
    std::optional<found_change> found;
    bool const goes_on = merge_.search->step(found);
    if (auto early = merge_.search->take_early(); !early.empty())
        merge_.early.insert(std::move(early));
    if (!goes_on) {
        auto const range = is_all ? snapshot_renewal::range::all : snapshot_renewal::range::edits;
        merge_.renewal = std::make_unique<snapshot_renewal>(delta, latest_, range);
        merge_.search.reset();
        merge_.phase = merge_phase::copying;
    } else if (found) {
        if (!is_all) merge_.touched.push_back(found->row);
        if (is_all || is_edit(found->difference.changed)) note(std::move(*found));
    }
}

void settling::note(found_change found) {
    change& one = found.difference;
    auto const [at, is_new] = merge_.changed.try_emplace(one.path);
    if (!is_new) return;
    try {
        std::optional<entry> before;
        if (one.kind != change_kind::added) before = {one.path, one.before, found.old_link};
        at->second = begun(one.path, before);
        at->second.unread = was_unread(one);
        if (at->second.unread) merge_.early.insert(one.path);
        changed_.push_back(
            {.kind = one.kind, .path = std::move(one.path), .changed = one.changed});
    } catch (...) {
        merge_.changed.erase(at);
        throw;
    }
    merge_.has_changed = true;
    if (changed_.size() >= 2 * changes_remembered)
        changed_.erase(changed_.begin(), changed_.begin() + changes_remembered);
}

// Notes each path of a whole scan that came into view without a change, before its final record.
void settling::note_early(snapshot const& scanned) {
    if (scanned.is_final()) return;
    for (entry const now : scanned) {
        if (has_final_records(now)) continue;
        auto const old = latest_.find(now.path);
        bool const is_new = old == latest_.end() || reveals_target(*old, now);
        auto path = now.path.str();
        if (is_new && !merge_.changed.contains(path)) merge_.early.insert(std::move(path));
    }
}

change_set settling::take_changed() noexcept { return change_set{std::exchange(changed_, {})}; }

// Prepares paths whose records were delivered before they were final, since they are redelivered
// when final. Includes pending paths: new rules may drop these.
void settling::select_redelivery_step() {
    bool const is_through = merge_.of == extent::edits
                                ? merge_.at == merge_.touched.size()
                                : merge_.next_redelivery == to_redeliver_.end();
    if (is_through || to_redeliver_.empty()) return commit();
    if (merge_.of == extent::all) {
        auto const& path = *merge_.next_redelivery++;
        merge_.to_redeliver.try_emplace(path, begun(path, latest_entry(path)));
        return;
    }
    entry const before = touched_entry(merge_.at++);
    auto const at = to_redeliver_.find(before.path);
    if (at != to_redeliver_.end()) merge_.to_redeliver.try_emplace(*at, begun(*at, before));
}

// The rows of the snapshot stay in place until added and removed names are merged.
entry settling::touched_entry(std::size_t number) const noexcept {
    return snapshot_access::contents(latest_)->entry_of(merge_.touched[number]);
}

// No step after this one can fail.
void settling::commit() noexcept {
    merge_.was_pending = !pending_.empty();
    bool is_nothing = false;
    if (merge_.renewal) {
        is_nothing = merge_.of == extent::all && changes_nothing(merge_.found->delta());
        merge_.renewal->commit();
        if (auto old = merge_.renewal->take_replaced()) replaced_ = std::move(old);
        merge_.renewal.reset();
    } else {
        latest_ = std::move(merge_.whole_scan);
    }
    scanned_ = merge_.now;
    merge_.has_committed = true;
    if (merge_.has_changed && was_refused()) begin_anew(merge_.now);
    if (is_nothing) return begin_judging();
    bool const hides = merge_.of == extent::all && merge_.was_pending && latest_.view_changed();
    merge_.next = pending_.begin();
    merge_.phase = hides ? merge_phase::hiding : merge_phase::adding_changes;
}

// Returns whether a scan found no difference. If so, pending paths need no second comparison.
bool settling::changes_nothing(snapshot_delta const& delta) const noexcept {
    bool const finds_nothing =
        delta.findings.empty() && delta.revealed.empty() && delta.hidden.empty();
    bool const found_nothing = latest_.findings().empty() && !latest_.view_changed();
    return finds_nothing && found_nothing && !delta.restructured && merge_.changed.empty() &&
           unread_.empty() && merge_.to_redeliver.empty() && merge_.early.empty();
}

void settling::step_committing() noexcept {
    switch (merge_.phase) {
    case merge_phase::hiding: return hide_step();
    case merge_phase::adding_changes: return add_change_step();
    case merge_phase::adding_redeliveries: return add_redelivery_step();
    case merge_phase::comparing: return compare_step();
    case merge_phase::finding_quiet: return quiet_step();
    case merge_phase::keeping_early: return keep_early_step();
    default: return judge_step();
    }
}

// Drops pending paths that new rules hide or reveal, as if the rules had always been the same.
void settling::hide_step() noexcept {
    if (merge_.next == pending_.end()) {
        merge_.phase = merge_phase::adding_changes;
        return;
    }
    auto const one = merge_.next++;
    auto const& path = one->first;
    bool const is_revealed = snapshot_access::is_revealed(latest_, path);
    if (snapshot_access::is_hidden(latest_, path) ||
        (is_revealed && !one->second.difference.history.redelivered))
        drop(one);
}

void settling::add_change_step() noexcept {
    auto& changed = merge_.changed;
    bool const has_own = own_ && !own_->empty();
    if (pending_.empty() && unread_.empty() && !has_own) pending_.swap(changed);
    if (changed.empty()) {
        merge_.phase = merge_phase::adding_redeliveries;
        return;
    }
    auto node = changed.extract(changed.begin());
    bool const is_unread = node.mapped().unread;
    auto const at = pending_.find(node.key());
    if (at != pending_.end()) {
        at->second.difference.history.last_changed = merge_.now;
        if (is_unread) drop(at);
    } else if (!is_unread) {
        bool const is_held = has_own && own_->hold(node.key());
        auto const added = (is_held ? held_ : pending_).insert(std::move(node));
        added.position->second.difference.history.last_changed = merge_.now;
    }
}

void settling::add_redelivery_step() noexcept {
    auto& to_redeliver = merge_.to_redeliver;
    if (to_redeliver.empty()) return begin_comparing();
    auto node = to_redeliver.extract(to_redeliver.begin());
    auto const& path = node.key();
    if (!is_final(path)) return;
    to_redeliver_.erase(to_redeliver_.find(path));
    auto at = pending_.find(path);
    if (at == pending_.end() && !latest_.contains(path)) return;
    if (auto held = held_.extract(path)) at = pending_.insert(std::move(held)).position;
    if (at == pending_.end()) at = pending_.insert(std::move(node)).position;
    at->second.difference.history.redelivered = true;
}

void settling::begin_comparing() noexcept {
    merge_.phase = merge_phase::comparing;
    merge_.at = 0;
    merge_.next = pending_.begin();
    if (merge_.of == extent::all) quiet_ = recheck_after_ = time_point::min();
}

void settling::compare_step() noexcept {
    if (merge_.of == extent::all) {
        if (merge_.next == pending_.end()) {
            forget_unread();
            merge_.phase = merge_phase::keeping_early;
            return;
        }
        compare(merge_.next++);
        return;
    }
    if (merge_.at < merge_.touched.size()) {
        entry const now = touched_entry(merge_.at++);
        auto const at = pending_.find(now.path);
        if (at != pending_.end()) merge_.is_sooner |= compare_again(at, now);
        return;
    }
    merge_.phase = merge_phase::keeping_early;
    if (!merge_.is_sooner) return;
    quiet_ = recheck_after_ = time_point::min();
    merge_.next = pending_.begin();
    merge_.phase = merge_phase::finding_quiet;
}

void settling::quiet_step() noexcept {
    if (merge_.next == pending_.end()) {
        merge_.phase = merge_phase::keeping_early;
        return;
    }
    await_quiet((merge_.next++)->second);
}

// A pending path is delivered with its final record in any case.
void settling::keep_early_step() noexcept {
    if (merge_.early.empty()) return begin_judging();
    auto node = merge_.early.extract(merge_.early.begin());
    bool const is_pending = pending_.contains(node.value());
    if (!is_pending && !is_final(node.value())) to_redeliver_.insert(std::move(node));
}

void settling::end_part() noexcept {
    if (!merge_.was_pending) {
        first_ = merge_.now;
        reported_overdue_ = false;
    }
    merge_.phase = merge_phase::none;
    if (merge_.of == extent::edits && merge_.all_follows) return begin_part(extent::all);
    merge_.all_follows = false;
    merge_.found = nullptr;
}

} // namespace restat::detail
