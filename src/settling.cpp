#include "settling.hpp"

#include "unread.hpp"

#include <restat/snapshot_builder.hpp>

#include <algorithm>

namespace restat::detail {
namespace {

// Stamps of at most two seconds are known (FAT): after that a record that is still not final
// belongs to a file that is written all the time.
constexpr std::chrono::seconds finality_limit{2};
constexpr std::chrono::milliseconds tick{4};
constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::seconds longest_pause{5};

bool was_emptied(change const& what) noexcept {
    return what.kind == change_kind::modified && what.before.size > 0 && what.after.size == 0 &&
           what.after.type == file_type::regular;
}

change compare_path(std::string_view path, snapshot const& before, snapshot const& after) {
    auto const old = before.find(path);
    auto const now = after.find(path);
    change found{change_kind::modified, std::string{path}, fields::none, {}, {}};
    if (old != before.end()) found.before = (*old).record;
    if (now != after.end()) found.after = (*now).record;
    if (old == before.end()) found.kind = change_kind::added;
    if (now == after.end()) found.kind = change_kind::removed;
    if (old != before.end() && now != after.end()) found.differing = differences(*old, *now);
    return found;
}

bool differs(std::string_view path, snapshot const& before, snapshot const& after) {
    auto const old = before.find(path);
    auto const now = after.find(path);
    if (old == before.end() || now == after.end()) {
        return (old == before.end()) != (now == after.end());
    }
    return differences(*old, *now) != fields::none;
}

std::vector<std::string> unfinal_paths(snapshot const& of) {
    std::vector<std::string> paths;
    if (of.is_final()) return paths;
    for (entry const e : of) {
        if (!e.record.final || !e.link.final) paths.emplace_back(e.path);
    }
    return paths;
}

bool is_final_at(std::string_view path, snapshot const& seen) {
    auto const at = seen.find(path);
    return at == seen.end() || ((*at).record.final && (*at).link.final);
}

// A baseline as it would be, had the rules been those of a later look: what they brought into view
// was there, what they took out of it was never known.
snapshot in_view_of(snapshot const& seen, snapshot const& baseline) {
    snapshot_builder builder;
    for (entry const e : baseline) {
        if (!seen.hidden(e.path)) builder.add(e);
    }
    for (entry const e : seen) {
        if (seen.revealed(e.path)) builder.add(e);
    }
    return builder.finish();
}

} // namespace

settling::settling(schedule when) noexcept : when_{when} {}
settling::~settling() = default;

void settling::begin(snapshot baseline) {
    owed_ = unfinal_paths(baseline);
    unread_ = baseline.findings();
    std::erase_if(unread_, [](finding const& f) { return is_absence(f.error); });
    latest_ = std::move(baseline);
    baseline_ = {};
    due_.clear();
    has_baseline_ = true;
}

void settling::resume(snapshot inherited) {
    begin(std::move(inherited));
    std::erase_if(unread_, [](finding const& f) { return f.error != std::errc::not_supported; });
}

void settling::look(snapshot seen, time_point now) {
    change_set const moved = diff(latest_, seen);
    advance(moved, std::move(seen), now);
}

void settling::look(snapshot_update& found, time_point now) {
    change_set const moved = found.changes();
    if (moved.empty() && due_.empty() && owed_.empty()) {
        found.apply(latest_);
        looked_ = now;
        return forget_unread(latest_);
    }
    snapshot seen = latest_;
    found.apply(seen);
    advance(moved, std::move(seen), now);
}

void settling::advance(change_set const& moved, snapshot seen, time_point now) {
    looked_ = now;
    if (is_due() && seen.view_changed()) baseline_ = in_view_of(seen, baseline_);
    bool const was_due = is_due();
    if (!moved.empty()) retry_ = time_point::min();
    auto due = compare(moved, seen, now);
    call_in_owed(due, seen, now);
    if (!was_due) {
        baseline_ = std::move(latest_);
        first_ = now;
    }
    latest_ = std::move(seen);
    due_ = std::move(due);
    if (due_.empty()) baseline_ = {};
    forget_unread(latest_);
}

// Only a path that moved now, or was due before, can differ from the baseline by an edit.
std::vector<settling::item> settling::compare(change_set const& moved, snapshot const& seen,
                                              time_point now) const {
    snapshot const& baseline = is_due() ? baseline_ : latest_;
    std::vector<item> due;
    auto const consider = [&](std::string_view path, time_point when, bool owed) {
        if (!owed && !differs(path, baseline, seen)) return;
        due.push_back({compare_path(path, baseline, seen), when, owed});
    };
    auto old = due_.begin();
    for (change const& what : moved) {
        for (; old != due_.end() && path_less(old->what.path, what.path); ++old) {
            consider(old->what.path, old->moved, old->owed);
        }
        bool const again = old != due_.end() && old->what.path == what.path;
        if (!was_unread(what)) consider(what.path, now, again && old->owed);
        if (again) ++old;
    }
    for (; old != due_.end(); ++old) consider(old->what.path, old->moved, old->owed);
    return due;
}

// What comes into view where the baseline could not look was there, for all that is known.
bool settling::was_unread(change const& what) const noexcept {
    return what.kind == change_kind::added &&
           std::any_of(unread_.begin(), unread_.end(),
                       [&](finding const& f) { return is_within(what.path, f.path); });
}

void settling::forget_unread(snapshot const& seen) {
    std::erase_if(unread_, [&](finding const& old) {
        auto const& now = seen.findings();
        return std::none_of(now.begin(), now.end(),
                            [&](finding const& f) { return f.path == old.path; });
    });
}

// What was told before it was final is told again when it is.
void settling::call_in_owed(std::vector<item>& due, snapshot const& seen, time_point now) {
    auto const first = std::stable_partition(
        owed_.begin(), owed_.end(), [&](auto const& path) { return !is_final_at(path, seen); });
    for (auto path = first; path != owed_.end(); ++path) {
        auto const at = std::lower_bound(
            due.begin(), due.end(), *path,
            [](item const& i, std::string const& p) { return path_less(i.what.path, p); });
        if (at != due.end() && at->what.path == *path) {
            at->owed = true; // also if it comes back just as it was told
        } else if (seen.contains(*path)) {
            due.insert(at,
                       {compare_path(*path, is_due() ? baseline_ : latest_, seen), now, true});
        }
    }
    owed_.erase(first, owed_.end());
}

bool settling::is_due() const noexcept { return !due_.empty(); }

change_set settling::ready(time_point now) const {
    if (due_.empty() || now < retry_) return {};
    if (now < std::min(quiet_at(), latest_delivery())) return {};
    if (!is_final() && now < latest_delivery() + finality_limit) return {};
    std::vector<change> changes;
    changes.reserve(due_.size());
    for (item const& due : due_) changes.push_back(due.what);
    return change_set{std::move(changes), batches_ + 1};
}

void settling::settled() {
    for (item const& due : due_) {
        bool const is_owed = std::find(owed_.begin(), owed_.end(), due.what.path) != owed_.end();
        if (!is_owed && !is_final_at(due.what.path, latest_)) owed_.push_back(due.what.path);
    }
    due_.clear();
    baseline_ = {};
    retry_ = time_point::min();
    pause_ = {};
    ++batches_;
}

void settling::refused(time_point now) {
    pause_ = std::clamp<std::chrono::nanoseconds>(pause_ * 2, first_pause, longest_pause);
    retry_ = now + pause_;
}

time_point settling::next() const noexcept {
    if (due_.empty()) return time_point::max();
    auto const due = std::max(std::min(quiet_at(), latest_delivery()), retry_);
    return std::max(due, looked_ + tick);
}

time_point settling::quiet_at() const noexcept {
    time_point quiet = first_;
    for (item const& due : due_) {
        auto const period = was_emptied(due.what)
                                ? std::max(when_.empty_period, when_.quiet_period)
                                : when_.quiet_period;
        quiet = std::max(quiet, due.moved + period);
    }
    return quiet;
}

time_point settling::latest_delivery() const noexcept { return first_ + when_.max_wait; }

bool settling::is_final() const noexcept {
    return std::all_of(due_.begin(), due_.end(),
                       [&](item const& due) { return is_final_at(due.what.path, latest_); });
}

} // namespace restat::detail
