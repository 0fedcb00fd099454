#include "settling.hpp"

#include "platform/files/memory_pages.hpp"
#include "values/change_set_access.hpp"
#include "values/snapshot_access.hpp"
#include "values/snapshot_contents.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

// Prepares a delivery, and frees its memory afterwards, a step at a time.
namespace restat::detail {
namespace {

constexpr std::size_t deliveries_remembered = 1000;
constexpr std::size_t freed_a_step = 8;
constexpr std::size_t changes_a_release = 1024;

} // namespace

change_set settling::ready(time_point now, time_point since, birth_ref births) {
    if (!is_ready(now, since)) return {};
    begin_offer(now, since);
    while (step_offer(births)) continue;
    return take_offer();
}

bool settling::is_ready(time_point now, time_point since) const noexcept {
    if (pending_.empty() || is_merging() || now < retry_) return false;
    if (now < std::min(quiet_, latest_delivery())) return false;
    if (since < recheck_after_ && now < latest_delivery()) return false;
    return unfinal_ == 0 || now >= final_limit();
}

void settling::begin_offer(time_point now, time_point since) {
    offer_ = {};
    offer_.now = now;
    offer_.since = since;
    offer_.next = pending_.begin();
    if (delivered_changes_.empty()) offer_.changes.swap(delivered_changes_);
    offer_.changes.reserve(pending_.size());
    offer_.phase = offer_phase::ends;
    if (contents_.is_on()) contents_.begin_offer();
}

bool settling::step_offer(birth_ref births) {
    switch (offer_.phase) {
    case offer_phase::none:
    case offer_phase::done: return false;
    case offer_phase::ends:
        if (offer_.next == pending_.end()) {
            offer_.phase = offer_phase::pairing;
        } else {
            pending_path& item = (offer_.next++)->second;
            item.end = {&item.difference, nullptr};
            if (!item.linked && !item.difference.history.redelivered)
                offer_.renames.add(item.end);
        }
        return true;
    case offer_phase::pairing:
        if (offer_.renames.step(births)) return true;
        offer_.next = pending_.begin();
        offer_.phase = offer_phase::building;
        return true;
    case offer_phase::building: build_step(); return true;
    }
    return false;
}

void settling::build_step() {
    if (offer_.next == pending_.end()) {
        note_what_follows();
        offer_.phase = offer_phase::done;
        return;
    }
    auto& [path, item] = *offer_.next;
    auto const* const other = item.end.other;
    bool const is_former = other && item.difference.kind == change_kind::removed;
    item.is_same = false;
    if (contents_.is_on() && !other) {
        auto const answer = contents_.compare(item.difference);
        if (answer == content_filter::answer::unfinished) return;
        item.is_same = answer == content_filter::answer::same;
    }
    ++offer_.next;
    if (!item.final) mark_not_final(path, item);
    if (is_former || item.is_same) return; // a rename is delivered with its new name
    change made = prepared(item);
    if (other) {
        change gone = *other->difference;
        gone.history = prepared(pending_.find(gone.path)->second).history;
        made = joined(gone, std::move(made));
    }
    offer_.changes.push_back(std::move(made));
}

change settling::prepared(pending_path const& item) const {
    auto const [now, since] = std::pair{offer_.now, offer_.since};
    change made = item.difference;
    made.history = reason_of(item);
    made.history.delivered = now;
    made.history.forced = now < quiet_ || since < recheck_after_;
    if (made.history.first_seen < std::min(quiet_, latest_delivery()))
        made.history.waited_for |= awaited::quiet;
    return made;
}

change_history settling::reason_of(pending_path const& item) const noexcept {
    auto reason = item.difference.history;
    if (item.refusals < refusals_) reason.waited_for |= awaited::retry;
    if (item.suspensions < suspensions_) reason.waited_for |= awaited::guard;
    return reason;
}

// Marks a path as not final if it is delivered after it was unreadable for long: its record may be
// another by now. Once the path is readable, it is redelivered, also by a later process.
void settling::mark_not_final(std::string const& path, pending_path const& item) {
    if (is_final(path) && latest_.contains(path))
        snapshot_access::contents(latest_)->mark_not_final(path);
    if (!item.final && !to_redeliver_.contains(path)) offer_.to_redeliver.emplace(path);
}

change_set settling::take_offer() {
    change_set made{std::move(offer_.changes), batches_ + 1};
    offer_ = {};
    return made;
}

// Remembers the last paths of a burst.
void settling::note_what_follows() {
    aftermath after{std::move(offer_.to_redeliver), {}, delivered_since_, offer_.changes.empty()};
    auto const count = std::min(pending_.size(), deliveries_remembered);
    auto const kept = std::min(last_delivered_.size(), deliveries_remembered - count);
    auto const first = last_delivered_.end() - static_cast<std::ptrdiff_t>(kept);
    if (pending_.size() > count) {
        after.delivered_since = scanned_;
    } else if (first != last_delivered_.begin()) {
        after.delivered_since = std::prev(first)->at;
    }
    after.delivered.assign(first, last_delivered_.end());
    for (auto at = std::prev(pending_.end(), static_cast<std::ptrdiff_t>(count));
         at != pending_.end(); ++at) {
        if (!at->second.is_same) after.delivered.push_back({at->first, scanned_, batches_ + 1});
    }
    coming_ = std::move(after);
}

void settling::free_later(change_set delivered) noexcept {
    delivered_changes_ = change_set_access::take(delivered);
    freed_from_ = delivered_changes_.capacity();
}

// Frees the last allocated memory first. Otherwise glibc would keep all memory below the last
// block, and return it to the system at once.
bool settling::free_some() noexcept {
    if (!delivered_changes_.empty()) {
        free_changes();
    } else if (!delivered_items_.empty()) {
        free_items();
    } else if (replaced_) {
        if (!free_part(*replaced_)) replaced_ = {};
    } else {
        return false;
    }
    return !delivered_changes_.empty() || !delivered_items_.empty() || replaced_;
}

// Returns the pages of the vector to the system a few at a time, and keeps the empty vector for the
// next delivery. Its destructor would return all pages at once. Furthermore, glibc would then
// collect twice as much free memory before it returns any.
void settling::free_changes() noexcept {
    auto& all = delivered_changes_;
    all.resize(all.size() - std::min(all.size(), freed_a_step));
    auto const count = freed_from_ - all.size();
    if (count < changes_a_release && !all.empty()) return;
    release_pages(all.data() + all.size(), count * sizeof(change));
    freed_from_ = all.size();
}

void settling::free_items() noexcept {
    for (std::size_t i = 0; i < freed_a_step && !delivered_items_.empty(); ++i)
        delivered_items_.erase(std::prev(delivered_items_.end()));
}

} // namespace restat::detail
