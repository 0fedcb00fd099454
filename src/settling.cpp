#include "settling.hpp"

#include "pacing.hpp"
#include "plain_path.hpp"
#include "rename_search.hpp"
#include "snapshot_access.hpp"
#include "unread.hpp"

#include <restat/snapshot_builder.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace restat::detail {
namespace {

// Stamps of at most two seconds are known (FAT): after that a record that is still not final
// belongs to a file that is written all the time.
constexpr std::chrono::seconds finality_limit{2};
constexpr std::chrono::milliseconds tick{4};
constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::seconds longest_pause{5};
constexpr std::size_t told_remembered = 1000;
constexpr std::chrono::seconds overdue_after{10};

bool was_emptied(change const& what) noexcept {
    return what.kind == change_kind::modified && what.before.size > 0 && what.after.size == 0 &&
           what.after.type == file_type::regular;
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

// Why a path could not be looked at, or null.
finding const* fault_at(std::string_view path, snapshot const& seen) {
    for (finding const& one : seen.findings()) {
        if (snapshot_access::is_unread(seen, path, one)) return &one;
    }
    return nullptr;
}

} // namespace

settling::settling(schedule when) noexcept : when_{when} {}
settling::~settling() = default;

void settling::begin(snapshot baseline, time_point now) {
    owed_ = unfinal_paths(baseline);
    unread_ = baseline.findings();
    std::erase_if(unread_, [](finding const& f) { return is_absence(f.error); });
    latest_ = std::move(baseline);
    due_.clear();
    unfinal_ = named_ = 0;
    quiet_ = look_after_ = time_point::min();
    has_baseline_ = true;
    looked_ = told_from_ = now;
    told_.clear();
}

void settling::resume(snapshot inherited, time_point now) {
    begin(std::move(inherited), now);
    std::erase_if(unread_, [](finding const& f) { return f.error != std::errc::not_supported; });
}

change_set settling::look(snapshot seen, time_point now) {
    return advance(
        diff(latest_, seen), now, [&] { latest_ = std::move(seen); }, [&] { compare_all(); });
}

change_set settling::look(snapshot_update& found, time_point now) {
    return advance(
        found.changes(), now, [&] { found.apply(latest_); }, [&] { compare_all(); });
}

change_set settling::look_at_edits(snapshot_update& found, time_point now) {
    change_set const touched = found.edits();
    std::vector<change> moved;
    std::copy_if(touched.begin(), touched.end(), std::back_inserter(moved),
                 [](change const& one) { return is_edit(one.differing); });
    auto const compare_touched = [&] {
        bool is_sooner = false;
        for (change const& one : touched) {
            if (auto const at = due_.find(one.path); at != due_.end())
                is_sooner |= compare_again(at);
        }
        if (is_sooner) find_quiet();
    };
    return advance(
        change_set{std::move(moved)}, now, [&] { found.apply_edits(latest_); }, compare_touched);
}

// All that can fail comes first, `apply` last of it: a look that is given up leaves no trace, and
// one that was made use of loses nothing.
template <class Apply, class Compare>
change_set settling::advance(change_set moved, time_point now, Apply const& apply,
                             Compare const& compare) {
    items fresh = begun(moved, now);
    items owed = owed_anew(now);
    bool const was_due = is_due();
    apply();
    looked_ = now;
    if (!moved.empty() && was_refused()) begin_anew(now);
    if (was_due && latest_.view_changed()) take_out_of_view();
    move(moved, now);
    due_.merge(fresh);
    call_in_owed(owed);
    compare();
    if (!was_due) {
        first_ = now;
        told_overdue_ = false;
    }
    return moved;
}

// What is not due so far, and may be after this look.
settling::items settling::begun(change_set const& moved, time_point now) const {
    items fresh;
    for (change const& what : moved) {
        if (due_.contains(what.path) || was_unread(what)) continue;
        fresh.emplace_hint(fresh.end(), what.path, begun(what.path, now));
    }
    return fresh;
}

settling::items settling::owed_anew(time_point now) const {
    items owed;
    for (std::string const& path : owed_) {
        owed.emplace(path, begun(path, now)); // also of what is due: the rules may take it out
    }
    return owed;
}

settling::item settling::begun(std::string_view path, time_point now) const {
    item made{};
    made.what.path = path;
    made.what.why.seen = made.what.why.moved = now;
    auto const at = latest_.find(path);
    made.was_there = at != latest_.end();
    if (!made.was_there) return made;
    made.what.before = (*at).record;
    made.old_link = (*at).link;
    return made;
}

void settling::move(change_set const& moved, time_point now) noexcept {
    for (change const& what : moved) {
        auto const at = due_.find(what.path);
        if (at == due_.end()) continue;
        at->second.what.why.moved = now;
        if (was_unread(what)) drop(at);
    }
}

// As if the rules had always been those of this look.
void settling::take_out_of_view() noexcept {
    for (auto at = due_.begin(); at != due_.end();) {
        auto const one = at++;
        auto const& path = one->first;
        if (latest_.hidden(path) || (latest_.revealed(path) && !one->second.what.why.again))
            drop(one);
    }
}

// What was told before it was final is told again when it is, also if it comes back just as it was
// told.
void settling::call_in_owed(items& from) noexcept {
    std::erase_if(owed_, [&](std::string const& path) {
        if (!is_final_at(path, latest_)) return false;
        auto at = due_.find(path);
        if (at == due_.end() && !latest_.contains(path)) return true;
        if (at == due_.end()) at = due_.insert(from.extract(path)).position;
        at->second.what.why.again = true;
        return true;
    });
}

void settling::compare_all() noexcept {
    quiet_ = look_after_ = time_point::min();
    for (auto at = due_.begin(); at != due_.end();) compare(at++);
    forget_unread();
}

// True if that may be told sooner than before: dropped, or no longer empty.
bool settling::compare_again(items::iterator at) noexcept {
    auto const before = period_of(at->second.what);
    return !compare(at) || period_of(at->second.what) < before;
}

void settling::find_quiet() noexcept {
    quiet_ = look_after_ = time_point::min();
    for (auto const& [path, due] : due_) await_quiet(due);
}

// Without a quiet period, the look that saw it is enough.
void settling::await_quiet(item const& due) noexcept {
    auto const quiet = quiet_after(due);
    quiet_ = std::max(quiet_, quiet);
    if (quiet > due.what.why.moved) look_after_ = std::max(look_after_, quiet);
}

// False if it does not differ any more, and was dropped.
bool settling::compare(items::iterator at) noexcept {
    item& due = at->second;
    auto const found = latest_.find(at->first);
    bool const is_there = found != latest_.end();
    entry const now = is_there ? *found : entry{};
    due.linked = due.old_link.type != file_type::none || now.link.type != file_type::none;
    due.what.after = now.record;
    due.what.differing = is_there && due.was_there
                             ? differences({{}, due.what.before, due.old_link}, now)
                             : fields::none;
    due.what.kind = !is_there        ? change_kind::removed
                    : !due.was_there ? change_kind::added
                                     : change_kind::modified;
    bool const differs = is_there != due.was_there || due.what.differing != fields::none;
    if (!differs && !due.what.why.again) {
        drop(at);
        return false;
    }
    bool const is_final = now.record.final && now.link.final && !(is_there && is_kept(at->first));
    bool const is_named = due.what.kind != change_kind::modified;
    unfinal_ += is_final ? 0 : 1;
    unfinal_ -= due.final ? 0 : 1;
    named_ += is_named ? 1 : 0;
    named_ -= due.named ? 1 : 0;
    due.final = is_final;
    due.named = is_named;
    note_waits(due);
    await_quiet(due);
    return true;
}

void settling::note_waits(item& due) const noexcept {
    auto& waited = due.what.why.waited;
    if (period_of(due.what) > when_.quiet_period) waited |= awaited::content;
    if (!due.final) waited |= awaited::final_record;
}

void settling::drop(items::iterator at) noexcept {
    unfinal_ -= at->second.final ? 0 : 1;
    named_ -= at->second.named ? 1 : 0;
    due_.erase(at);
}

// What comes into view where the baseline could not look was there, for all that is known.
bool settling::was_unread(change const& what) const noexcept {
    return what.kind == change_kind::added &&
           std::any_of(unread_.begin(), unread_.end(), [&](finding const& f) {
               return snapshot_access::is_unread(latest_, what.path, f);
           });
}

void settling::forget_unread() noexcept {
    std::erase_if(unread_, [&](finding const& old) {
        auto const& now = latest_.findings();
        return std::none_of(now.begin(), now.end(),
                            [&](finding const& f) { return f.path == old.path; });
    });
}

bool settling::is_due() const noexcept { return !due_.empty(); }

// What waits for a record to be final is looked at for as long.
time_point settling::last_look() const noexcept {
    return latest_delivery() + (unfinal_ > 0 ? finality_limit : std::chrono::seconds{});
}

// Without a limit to the wait, from when it was quiet.
time_point settling::final_limit() const noexcept {
    bool const is_limited = when_.max_wait < longest_time;
    auto const since = is_limited ? latest_delivery() : std::max({first_, quiet_, look_after_});
    return since + finality_limit;
}

settling::items::const_iterator settling::last_moved() const noexcept {
    return std::max_element(due_.begin(), due_.end(), [&](auto const& a, auto const& b) {
        return quiet_after(a.second) < quiet_after(b.second);
    });
}

std::string settling::take_overdue(time_point now) {
    bool const is_quiet = now >= quiet_;
    bool const is_limited = when_.max_wait < longest_time;
    if (due_.empty() || is_quiet || is_limited || told_overdue_) return {};
    if (now - first_ < overdue_after) return {};
    told_overdue_ = true;
    return last_moved()->first;
}

bool settling::awaits_look(time_point now) const noexcept {
    return is_due() && now >= quiet_ && now >= retry_ && now < last_look();
}

bool settling::awaits_names(time_point now) const noexcept {
    return named_ > 0 && now >= retry_ && now < last_look();
}

std::vector<std::string> settling::due_files() const {
    std::vector<std::string> files;
    for (auto const& [path, due] : due_) {
        if (!due.named) files.push_back(path);
    }
    return files;
}

std::vector<std::string> settling::due_names(std::vector<std::string> const& added) const {
    std::vector<std::string> names;
    auto const add = [&](std::string const& path) {
        names.emplace_back(snapshot_access::known_above(latest_, path));
        names.push_back(path);
    };
    for (auto const& [path, due] : due_) {
        if (due.named) add(path);
    }
    for (std::string const& path : added) add(path);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::erase(names, "");
    return names;
}

change_set settling::ready(time_point now, time_point since, birth_ref births) {
    if (due_.empty() || now < retry_) return {};
    if (now < std::min(quiet_, latest_delivery())) return {};
    if (since < look_after_ && now < latest_delivery()) return {};
    if (unfinal_ > 0 && now < final_limit()) return {};
    std::vector<change> changes;
    rename_ends ends;
    changes.reserve(due_.size()); // so that they stay where they are
    auto const first_chance = std::min(quiet_, latest_delivery());
    for (auto const& [path, due] : due_) {
        change& told = changes.emplace_back(due.what);
        told.why.told = now;
        told.why.hurried = now < quiet_ || since < look_after_;
        if (told.why.seen < first_chance) told.why.waited |= awaited::quiet;
        if (!due.linked && !told.why.again) ends.push_back(&told);
    }
    join_renames(changes, ends, births);
    change_set told{std::move(changes), batches_ + 1};
    note_what_follows();
    if (unfinal_ > 0) doubt_kept();
    return told;
}

// Whether the record of a path is that of an earlier look, since it could not be read in this one.
bool settling::is_kept(std::string_view path) const noexcept {
    auto const& faults = latest_.findings();
    return std::any_of(faults.begin(), faults.end(), [&](finding const& f) {
        return snapshot_access::is_unread(latest_, path, f);
    });
}

// What is told though it could not be read for long may be there in another way than was seen. So
// the record is not final either, and who is told of it, or comes after him, is told again when it
// can be read.
void settling::doubt_kept() {
    for (auto const& [path, due] : due_) {
        if (!due.final && is_final_at(path, latest_) && latest_.contains(path)) {
            snapshot_access::contents(latest_)->doubt(path);
        }
    }
}

void settling::settled() noexcept {
    owed_.swap(coming_.owed);
    told_.swap(coming_.told);
    told_from_ = coming_.told_from;
    ++batches_;
    due_.clear();
    unfinal_ = named_ = 0;
    quiet_ = look_after_ = time_point::min();
    retry_ = time_point::min();
    pause_ = {};
}

// After a burst, as many are remembered as it has.
void settling::note_what_follows() {
    coming_ = {owed_, told_, told_from_};
    auto& [owed, told, from] = coming_;
    for (auto const& [path, due] : due_) {
        bool const is_owed = std::find(owed_.begin(), owed_.end(), path) != owed_.end();
        if (!is_owed && !due.final) owed.push_back(path);
        told.push_back({path, looked_, batches_ + 1});
    }
    auto const too_many = told.size() - std::min(told.size(), told_remembered);
    if (too_many == 0) return;
    auto const kept = told.begin() + static_cast<std::ptrdiff_t>(too_many);
    from = std::prev(kept)->at;
    told.erase(told.begin(), kept);
}

void settling::refused(time_point now) noexcept {
    pause_ = std::clamp<std::chrono::nanoseconds>(pause_ * 2, first_pause, longest_pause);
    retry_ = now + pause_;
    suspended_ = false;
    for (auto& [path, due] : due_) due.what.why.waited |= awaited::retry;
}

bool settling::was_refused() const noexcept { return retry_ != time_point::min(); }

// An edit after a refusal may be the remedy: it gets a quiet period of its own, not the rest of the
// pause. So does one beside what is suspended.
void settling::begin_anew(time_point now) noexcept {
    retry_ = time_point::min();
    pause_ = {};
    suspended_ = false;
    first_ = now;
}

void settling::suspended(time_point until) noexcept {
    pause_ = {};
    retry_ = until;
    suspended_ = true;
    for (auto& [path, due] : due_) due.what.why.waited |= awaited::guard;
}

time_point settling::next() const noexcept {
    if (due_.empty()) return time_point::max();
    auto const due = std::max(std::min(quiet_, latest_delivery()), retry_);
    return std::max(due, looked_ + tick);
}

std::chrono::nanoseconds settling::period_of(change const& due) const noexcept {
    auto const quiet = when_.quiet_period;
    return was_emptied(due) ? std::max(when_.empty_period, quiet) : quiet;
}

time_point settling::quiet_after(item const& due) const noexcept {
    return due.what.why.moved + period_of(due.what);
}

time_point settling::latest_delivery() const noexcept { return first_ + when_.max_wait; }

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
        if (!is_final_at(of.path, latest_)) of.awaits = awaited::final_record;
    }
    return of;
}

void settling::explain_due(standing& of, item const& due) const {
    of.is = standing::state::due;
    of.what = due.what;
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

// There is nothing of this name. What is above it, or below?
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
