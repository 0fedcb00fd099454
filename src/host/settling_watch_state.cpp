#include "settling.hpp"

#include "base/plain_path.hpp"
#include "values/snapshot_access.hpp"

#include <algorithm>

// Explains the state of a path.
namespace restat::detail {
namespace {

// Returns the error that kept a path from being checked, or null.
finding const* fault_at(std::string_view path, snapshot const& latest) {
    for (finding const& one : latest.findings()) {
        if (snapshot_access::is_unread(latest, path, one)) return &one;
    }
    return nullptr;
}

} // namespace

watch_state settling::watch_state_of(std::string_view path, time_point now) const {
    using enum watch_state::state;
    watch_state of;
    of.path = plain_path(path);
    of.asked = now;
    of.checked = scanned_;
    of.since = delivered_since_;
    of.next = next();
    auto const last =
        std::find_if(last_delivered_.rbegin(), last_delivered_.rend(),
                     [&](delivered_path const& one) { return one.path == of.path; });
    if (last != last_delivered_.rend()) {
        of.since = last->at;
        of.batch = last->batch;
    }
    auto const latest = latest_entry(of.path);
    if (latest) of.pending.after = latest->record;
    if (!has_baseline_) {
        of.is = starting;
    } else if (auto const pending_one = pending_.find(of.path); pending_one != pending_.end()) {
        explain_pending(of, pending_one->second);
    } else if (auto const held = held_.find(of.path); held != held_.end()) {
        auto item = held->second;
        describe(item, latest);
        of.is = pending;
        of.pending = item.difference;
        of.waits_for = awaited::own_write;
    } else if (auto const* fault = fault_at(of.path, latest_)) {
        of.is = unreadable;
        of.fault = *fault;
    } else if (!latest) {
        explain_unknown(of);
    } else {
        of.is = unchanged;
        if (!is_final(of.path)) of.waits_for = awaited::final_record;
    }
    return of;
}

void settling::explain_pending(watch_state& of, pending_path const& item) const {
    of.is = watch_state::state::pending;
    of.pending = item.difference;
    of.pending.history = reason_of(item);
    auto const last = last_changed_path();
    auto const not_final = std::find_if(pending_.begin(), pending_.end(),
                                        [](auto const& one) { return !one.second.final; });
    auto const hold = [&](awaited reason, pending_paths::const_iterator by) {
        of.waits_for |= reason;
        if (of.held_by.empty() && by->first != of.path) of.held_by = by->first;
    };
    of.required_quiet = period_of(last->second.difference);
    of.quiet = of.asked - last->second.difference.history.last_changed;
    if (of.asked < std::min(quiet_, latest_delivery())) {
        hold(of.required_quiet > when_.quiet_period ? awaited::content : awaited::quiet, last);
    }
    bool const waits_for_final = of.asked < final_limit();
    if (waits_for_final && !item.final) {
        of.waits_for |= awaited::final_record;
    } else if (waits_for_final && unfinal_ > 0) {
        hold(awaited::final_record, not_final);
    }
    if (of.asked < retry_) of.waits_for |= suspended_ ? awaited::guard : awaited::retry;
    if (of.waits_for == awaited::nothing) of.waits_for = awaited::recheck;
}

// Explains a path without an entry: a directory, or a path below an entry that is not visited.
void settling::explain_unknown(watch_state& of) const {
    std::string_view const path = of.path;
    auto const inside = path == "." ? "" : path.ends_with('/') ? of.path : of.path + '/';
    auto const below = latest_.lower_bound(inside);
    if (below < latest_.size() && latest_.path(below).starts_with(inside)) {
        of.is = watch_state::state::directory;
        return;
    }
    for (auto end = path.find('/', 1); end != path.npos; end = path.find('/', end + 1)) {
        auto const above = latest_.find(path.substr(0, end));
        if (above == latest_.end()) continue;
        of.is = watch_state::state::pruned;
        of.rule.pruned = path.substr(0, end);
        of.pending.after =
            (*above).link.type == file_type::none ? (*above).record : (*above).link;
        return;
    }
}

} // namespace restat::detail
