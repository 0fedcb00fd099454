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

constexpr std::size_t told_remembered = 1000;
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
    if (due_.empty() || is_looking() || now < retry_) return false;
    if (now < std::min(quiet_, latest_delivery())) return false;
    if (since < look_after_ && now < latest_delivery()) return false;
    return unfinal_ == 0 || now >= final_limit();
}

void settling::begin_offer(time_point now, time_point since) {
    offer_ = {};
    offer_.now = now;
    offer_.since = since;
    offer_.next = due_.begin();
    if (delivered_changes_.empty()) offer_.changes.swap(delivered_changes_);
    offer_.changes.reserve(due_.size());
    offer_.phase = offer_phase::ends;
}

bool settling::step_offer(birth_ref births) {
    switch (offer_.phase) {
    case offer_phase::none:
    case offer_phase::done: return false;
    case offer_phase::ends:
        if (offer_.next == due_.end()) {
            offer_.phase = offer_phase::pairing;
        } else {
            item& due = (offer_.next++)->second;
            due.end = {&due.what, nullptr};
            if (!due.linked && !due.what.history.redelivered) offer_.renames.add(due.end);
        }
        return true;
    case offer_phase::pairing:
        if (offer_.renames.step(births)) return true;
        offer_.next = due_.begin();
        offer_.phase = offer_phase::building;
        return true;
    case offer_phase::building: build_step(); return true;
    }
    return false;
}

void settling::build_step() {
    if (offer_.next == due_.end()) {
        note_what_follows();
        offer_.phase = offer_phase::done;
        return;
    }
    auto const& [path, due] = *offer_.next++;
    if (!due.final) doubt(path, due);
    auto const* const other = due.end.other;
    if (other && due.what.kind == change_kind::removed) return; // is delivered with its new name
    change made = prepared(due);
    if (other) {
        change gone = *other->what;
        gone.history = prepared(due_.find(gone.path)->second).history;
        made = joined(gone, std::move(made));
    }
    offer_.changes.push_back(std::move(made));
}

change settling::prepared(item const& due) const {
    auto const [now, since] = std::pair{offer_.now, offer_.since};
    change told = due.what;
    told.history = reason_of(due);
    told.history.delivered = now;
    told.history.forced = now < quiet_ || since < look_after_;
    if (told.history.first_seen < std::min(quiet_, latest_delivery()))
        told.history.waited_for |= awaited::quiet;
    return told;
}

change_history settling::reason_of(item const& due) const noexcept {
    auto reason = due.what.history;
    if (due.refusals < refusals_) reason.waited_for |= awaited::retry;
    if (due.suspensions < suspensions_) reason.waited_for |= awaited::guard;
    return reason;
}

// Marks a path as not final if it is delivered after it was unreadable for long: its record may be
// another by now. Once the path is readable, it is redelivered, also by a later process.
void settling::doubt(std::string const& path, item const& due) {
    if (is_final(path) && latest_.contains(path)) snapshot_access::contents(latest_)->doubt(path);
    if (!due.final && !owed_.contains(path)) offer_.owed.emplace(path);
}

change_set settling::take_offer() {
    change_set told{std::move(offer_.changes), batches_ + 1};
    offer_ = {};
    return told;
}

// Remembers the last paths of a burst.
void settling::note_what_follows() {
    aftermath after{std::move(offer_.owed), {}, told_from_};
    auto const count = std::min(due_.size(), told_remembered);
    auto const kept = std::min(told_.size(), told_remembered - count);
    auto const first = told_.end() - static_cast<std::ptrdiff_t>(kept);
    if (due_.size() > count) {
        after.told_from = looked_;
    } else if (first != told_.begin()) {
        after.told_from = std::prev(first)->at;
    }
    after.told.assign(first, told_.end());
    for (auto at = std::prev(due_.end(), static_cast<std::ptrdiff_t>(count)); at != due_.end();
         ++at) {
        after.told.push_back({at->first, looked_, batches_ + 1});
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
