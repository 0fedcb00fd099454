#include "settling.hpp"

#include "values/snapshot_access.hpp"
#include "values/snapshot_delta.hpp"

#include <restat/diff.hpp>

#include <iterator>
#include <memory>
#include <utility>

// Merges the result of a scan in two parts. First come the edits of known files, as while a scan is
// under way, then all changes, with added and removed names.
namespace restat::detail {
namespace {

constexpr std::size_t moved_remembered = 256;

} // namespace

void settling::look(snapshot seen, time_point now) {
    drop_look();
    look_.now = now;
    look_.next_owed = owed_.begin();
    look_.phase = look_phase::finding_owed;
    try {
        for (change const& what : diff(latest_, seen)) note(what);
        look_.seen = std::move(seen);
        while (step()) continue;
    } catch (...) {
        drop_look();
        throw;
    }
}

void settling::look(snapshot_update& found, time_point now) {
    begin_look(found, now, extent::all);
    try {
        while (step()) continue;
    } catch (...) {
        drop_look();
        throw;
    }
    replaced_ = {};
    found.delta().free_all();
}

void settling::begin_look(snapshot_update& found, time_point now, extent of) {
    drop_look();
    look_.found = &found;
    look_.now = now;
    look_.all_follows = of == extent::all;
    // A demand made after this line concerns the next scan.
    if (look_.all_follows) found.delta().list_all = false;
    found.delta().has_new_names() ? begin_renaming() : begin_part(extent::edits);
}

void settling::begin_part(extent of) {
    look_.of = of;
    look_.at = 0;
    look_.is_sooner = look_.has_moved = false;
    look_.touched.clear();
    look_.next_owed = owed_.begin();
    look_.phase = look_phase::searching;
}

bool settling::step() {
    switch (look_.phase) {
    case look_phase::none: return false;
    case look_phase::renaming: rename_step(); break;
    case look_phase::searching: search_step(); break;
    case look_phase::copying:
        if (!look_.renewal->step()) look_.phase = look_phase::finding_owed;
        break;
    case look_phase::finding_owed: find_owed_step(); break;
    default: step_committing(); break;
    }
    return look_.phase != look_phase::none;
}

void settling::complete() noexcept {
    while (look_.phase > look_phase::finding_owed) step_committing();
}

bool settling::drop_look() noexcept {
    complete();
    bool const was_taken_up = look_.has_committed;
    // The dropped scan may have been the first to apply new rules or roots.
    if (look_.all_follows && look_.found) look_.found->list_all();
    look_ = {};
    if (!was_taken_up) moved_.clear();
    offer_ = {};
    return was_taken_up;
}

void settling::search_step() {
    bool const is_all = look_.of == extent::all;
    auto& delta = look_.found->delta();
    if (!look_.search) {
        auto const range = is_all ? change_search::range::all : change_search::range::edits;
        look_.search = std::make_unique<change_search>(delta, range);
        if (!is_all) look_.touched.reserve(delta.edits());
    }
    std::optional<change> found;
    if (!look_.search->step(found)) {
        auto const range = is_all ? snapshot_renewal::range::all : snapshot_renewal::range::edits;
        look_.renewal = std::make_unique<snapshot_renewal>(delta, latest_, range);
        look_.search.reset();
        look_.phase = look_phase::copying;
    } else if (found) {
        if (!is_all) look_.touched.push_back(found->path);
        if (is_all || is_edit(found->changed)) note(*found);
    }
}

void settling::note(change const& moved) {
    auto const [at, is_new] = look_.moved.try_emplace(moved.path);
    if (!is_new) return;
    try {
        at->second = begun(moved.path, look_.now);
        at->second.unread = was_unread(moved);
        moved_.push_back({.kind = moved.kind, .path = moved.path});
    } catch (...) {
        look_.moved.erase(at);
        throw;
    }
    look_.has_moved = true;
    if (moved_.size() >= 2 * moved_remembered)
        moved_.erase(moved_.begin(), moved_.begin() + moved_remembered);
}

change_set settling::take_moved() noexcept { return change_set{std::exchange(moved_, {})}; }

// Prepares paths whose records were delivered before they were final, since they are redelivered
// when final. Includes pending paths: new rules may drop these.
void settling::find_owed_step() {
    bool const is_through = look_.of == extent::edits ? look_.at == look_.touched.size()
                                                      : look_.next_owed == owed_.end();
    if (is_through || owed_.empty()) return commit();
    auto const& path = look_.of == extent::edits ? look_.touched[look_.at++] : *look_.next_owed++;
    if (owed_.contains(path)) look_.owed.try_emplace(path, begun(path, look_.now));
}

// No step after this one can fail.
void settling::commit() noexcept {
    look_.was_due = !due_.empty();
    bool is_nothing = false;
    if (look_.renewal) {
        is_nothing = look_.of == extent::all && changes_nothing(look_.found->delta());
        look_.renewal->commit();
        if (auto old = look_.renewal->take_replaced()) replaced_ = std::move(old);
        look_.renewal.reset();
    } else {
        latest_ = std::move(look_.seen);
    }
    looked_ = look_.now;
    look_.has_committed = true;
    if (look_.has_moved && was_refused()) begin_anew(look_.now);
    if (is_nothing) return end_part();
    bool const hides = look_.of == extent::all && look_.was_due && latest_.view_changed();
    look_.next = due_.begin();
    look_.phase = hides ? look_phase::hiding : look_phase::merging;
}

// Returns whether a scan found no difference. If so, pending paths need no second comparison.
bool settling::changes_nothing(snapshot_delta const& delta) const noexcept {
    bool const is_told_nothing =
        delta.findings.empty() && delta.revealed.empty() && delta.hidden.empty();
    bool const was_told_nothing = latest_.findings().empty() && !latest_.view_changed();
    return is_told_nothing && was_told_nothing && !delta.restructured && look_.moved.empty() &&
           unread_.empty() && look_.owed.empty();
}

void settling::step_committing() noexcept {
    switch (look_.phase) {
    case look_phase::hiding: return hide_step();
    case look_phase::merging: return merge_step();
    case look_phase::adding_owed: return add_owed_step();
    case look_phase::comparing: return compare_step();
    default: return quiet_step();
    }
}

// Drops pending paths that new rules hide or reveal, as if the rules had always been the same.
void settling::hide_step() noexcept {
    if (look_.next == due_.end()) {
        look_.phase = look_phase::merging;
        return;
    }
    auto const one = look_.next++;
    auto const& path = one->first;
    bool const is_revealed = snapshot_access::is_revealed(latest_, path);
    if (snapshot_access::is_hidden(latest_, path) ||
        (is_revealed && !one->second.what.history.redelivered))
        drop(one);
}

void settling::merge_step() noexcept {
    auto& moved = look_.moved;
    if (due_.empty() && unread_.empty()) due_.swap(moved);
    if (moved.empty()) {
        look_.phase = look_phase::adding_owed;
        return;
    }
    auto node = moved.extract(moved.begin());
    bool const is_unread = node.mapped().unread;
    auto const at = due_.find(node.key());
    if (at != due_.end()) {
        at->second.what.history.last_changed = look_.now;
        if (is_unread) drop(at);
    } else if (!is_unread) {
        due_.insert(std::move(node));
    }
}

void settling::add_owed_step() noexcept {
    auto& owed = look_.owed;
    if (owed.empty()) return begin_comparing();
    auto node = owed.extract(owed.begin());
    auto const& path = node.key();
    if (!is_final(path)) return;
    owed_.erase(owed_.find(path));
    auto at = due_.find(path);
    if (at == due_.end() && !latest_.contains(path)) return;
    if (at == due_.end()) at = due_.insert(std::move(node)).position;
    at->second.what.history.redelivered = true;
}

void settling::begin_comparing() noexcept {
    look_.phase = look_phase::comparing;
    look_.at = 0;
    look_.next = due_.begin();
    if (look_.of == extent::all) quiet_ = look_after_ = time_point::min();
}

void settling::compare_step() noexcept {
    if (look_.of == extent::all) {
        if (look_.next == due_.end()) {
            forget_unread();
            return end_part();
        }
        compare(look_.next++);
        return;
    }
    if (look_.at < look_.touched.size()) {
        auto const at = due_.find(look_.touched[look_.at++]);
        if (at != due_.end()) look_.is_sooner |= compare_again(at);
        return;
    }
    if (!look_.is_sooner) return end_part();
    quiet_ = look_after_ = time_point::min();
    look_.next = due_.begin();
    look_.phase = look_phase::finding_quiet;
}

void settling::quiet_step() noexcept {
    if (look_.next == due_.end()) return end_part();
    await_quiet((look_.next++)->second);
}

void settling::end_part() noexcept {
    if (!look_.was_due) {
        first_ = look_.now;
        told_overdue_ = false;
    }
    look_.phase = look_phase::none;
    if (look_.of == extent::edits && look_.all_follows) return begin_part(extent::all);
    look_.all_follows = false;
    look_.found = nullptr;
}

} // namespace restat::detail
