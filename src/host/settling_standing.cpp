#include "settling.hpp"

#include "base/plain_path.hpp"
#include "values/snapshot_access.hpp"

#include <algorithm>

// Explains the state of a path.
namespace restat::detail {
namespace {

// Returns the error that kept a path from being checked, or null.
finding const* fault_at(std::string_view path, snapshot const& seen) {
    for (finding const& one : seen.findings()) {
        if (snapshot_access::is_unread(seen, path, one)) return &one;
    }
    return nullptr;
}

} // namespace

standing settling::why(std::string_view path, time_point now) const {
    using enum standing::state;
    standing of;
    of.path = plain_path(path);
    of.asked = now;
    of.looked = looked_;
    of.since = told_from_;
    of.next = next();
    auto const last = std::find_if(told_.rbegin(), told_.rend(),
                                   [&](told_path const& one) { return one.path == of.path; });
    if (last != told_.rend()) {
        of.since = last->at;
        of.batch = last->batch;
    }
    auto const at = latest_.find(of.path);
    if (at != latest_.end()) of.what.after = (*at).record;
    if (!has_baseline_) {
        of.is = starting;
    } else if (auto const due_one = due_.find(of.path); due_one != due_.end()) {
        explain_due(of, due_one->second);
    } else if (auto const* fault = fault_at(of.path, latest_)) {
        of.is = unread;
        of.fault = *fault;
    } else if (at == latest_.end()) {
        explain_unknown(of);
    } else {
        of.is = unchanged;
        if (!is_final(of.path)) of.awaits = awaited::final_record;
    }
    return of;
}

void settling::explain_due(standing& of, item const& due) const {
    of.is = standing::state::due;
    of.what = due.what;
    of.what.why = reason_of(due);
    auto const last = last_moved();
    auto const not_final =
        std::find_if(due_.begin(), due_.end(), [](auto const& one) { return !one.second.final; });
    auto const hold = [&](awaited what, items::const_iterator by) {
        of.awaits |= what;
        if (of.held_by.empty() && by->first != of.path) of.held_by = by->first;
    };
    of.enough = period_of(last->second.what);
    of.quiet = of.asked - last->second.what.why.moved;
    if (of.asked < std::min(quiet_, latest_delivery())) {
        hold(of.enough > when_.quiet_period ? awaited::content : awaited::quiet, last);
    }
    bool const waits_for_final = of.asked < final_limit();
    if (waits_for_final && !due.final) {
        of.awaits |= awaited::final_record;
    } else if (waits_for_final && unfinal_ > 0) {
        hold(awaited::final_record, not_final);
    }
    if (of.asked < retry_) of.awaits |= suspended_ ? awaited::guard : awaited::retry;
    if (of.awaits == awaited::nothing) of.awaits = awaited::look;
}

// Explains a path without an entry: a directory, or a path below an entry that is not visited.
void settling::explain_unknown(standing& of) const {
    std::string_view const path = of.path;
    auto const inside = path == "." ? "" : path.ends_with('/') ? of.path : of.path + '/';
    auto const below = latest_.lower_bound(inside);
    if (below < latest_.size() && latest_.path(below).starts_with(inside)) {
        of.is = standing::state::directory;
        return;
    }
    for (auto end = path.find('/', 1); end != path.npos; end = path.find('/', end + 1)) {
        auto const above = latest_.find(path.substr(0, end));
        if (above == latest_.end()) continue;
        of.is = standing::state::beyond;
        of.rule.pruned = path.substr(0, end);
        of.what.after = (*above).link.type == file_type::none ? (*above).record : (*above).link;
        return;
    }
}

} // namespace restat::detail
