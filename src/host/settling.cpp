#include "settling.hpp"

#include "base/plain_path.hpp"
#include "base/unread.hpp"
#include "pacing.hpp"
#include "rename_search.hpp"
#include "values/entry_change.hpp"
#include "values/snapshot_access.hpp"

#include <restat/snapshot_builder.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace restat::detail {
namespace {

// The coarsest stamps take steps of two seconds (FAT). A record that is not final after this time
// belongs to a file with constant writes.
constexpr std::chrono::seconds finality_limit{2};
constexpr std::chrono::milliseconds tick{4};
constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::seconds longest_pause{5};
constexpr std::chrono::seconds overdue_after{10};

bool was_emptied(change const& of) noexcept {
    return of.kind == change_kind::modified && of.before.size > 0 && of.after.size == 0 &&
           of.after.type == file_type::regular;
}

settling::path_set unfinal_paths(snapshot const& of) {
    settling::path_set paths;
    if (of.is_final()) return paths;
    for (entry const e : of) {
        if (!has_final_records(e)) paths.emplace_hint(paths.end(), e.path.str());
    }
    return paths;
}

// Returns whether two paths are in the same directory.
bool beside_each_other(std::string_view a, std::string_view b) noexcept {
    auto const size = a.find_last_of('/') + 1;
    return size == b.find_last_of('/') + 1 && a.substr(0, size) == b.substr(0, size);
}

} // namespace

settling::settling(schedule when, own_writes* own) : when_{when}, own_{own} {}
settling::~settling() = default;

void settling::begin(snapshot baseline, time_point now) {
    drop_merge();
    to_redeliver_ = unfinal_paths(baseline);
    unread_ = baseline.findings();
    std::erase_if(unread_, [](finding const& f) { return is_absence(f.error); });
    latest_ = std::move(baseline);
    pending_.clear();
    held_.clear();
    unfinal_ = named_ = 0;
    quiet_ = recheck_after_ = time_point::min();
    has_baseline_ = true;
    scanned_ = delivered_since_ = now;
    last_delivered_.clear();
    contents_.begin();
    learned_.clear();
    learns_ = contents_.is_on();
}

void settling::resume(snapshot inherited, time_point now) {
    begin(std::move(inherited), now);
    std::erase_if(unread_, [](finding const& f) { return f.error != std::errc::not_supported; });
}

snapshot settling::delivered() const {
    std::vector<pending_paths::value_type const*> all;
    for (auto const* const some : {&pending_, &held_}) {
        for (auto const& one : *some) all.push_back(&one);
    }
    std::inplace_merge(
        all.begin(), all.end() - static_cast<std::ptrdiff_t>(held_.size()), all.end(),
        [](auto const* a, auto const* b) { return path_less(a->first, b->first); });
    snapshot_builder builder;
    auto next = all.begin();
    auto const undo_next = [&](bool is_incidental) {
        auto const& [path, item] = **next++;
        if (item.was_there)
            builder.add(entry{path, item.difference.before, item.old_link, is_incidental});
    };
    for (entry const now : latest_) {
        while (next != all.end() && path_less((*next)->first, now.path)) undo_next(false);
        bool const is_undone = next != all.end() && now.path == split_path{(*next)->first};
        is_undone ? undo_next(now.incidental) : builder.add(now);
    }
    while (next != all.end()) undo_next(false);
    for (auto const& one : latest_.findings()) {
        builder.add_error(one.path, one.error, one.operation);
    }
    return builder.finish();
}

std::optional<entry> settling::latest_entry(std::string_view path) const noexcept {
    auto const at = latest_.find(path);
    return at == latest_.end() ? std::optional<entry>{} : *at;
}

bool settling::is_final(std::string_view path) const noexcept {
    auto const now = latest_entry(path);
    return !now || has_final_records(*now);
}

// Makes the item of a path from its last delivered entry, if there is one.
settling::pending_path settling::begun(std::string_view path,
                                       std::optional<entry> const& before) const {
    pending_path made{};
    made.difference.path = path;
    made.refusals = refusals_;
    made.suspensions = suspensions_;
    made.difference.history.first_seen = made.difference.history.last_changed = merge_.now;
    made.was_there = before.has_value();
    if (!made.was_there) return made;
    made.difference.before = before->record;
    made.old_link = before->link;
    return made;
}

// Returns whether a delivery may be possible earlier: the change was undone, or the file has
// content.
bool settling::compare_again(pending_paths::iterator at, entry const& now) noexcept {
    auto const before = period_of(at->second.difference);
    return !compare(at, now) || period_of(at->second.difference) < before;
}

// Without a quiet period, the scan that found the change is also its recheck.
void settling::await_quiet(pending_path const& item) noexcept {
    auto const quiet = quiet_after(item);
    quiet_ = std::max(quiet_, quiet);
    if (quiet > item.difference.history.last_changed)
        recheck_after_ = std::max(recheck_after_, quiet);
}

// Describes the difference between a path and its entry in the snapshot, if there is one.
void settling::describe(pending_path& item, std::optional<entry> const& now) const noexcept {
    bool const is_link = now && now->link.type != file_type::none;
    item.linked = item.old_link.type != file_type::none || is_link;
    item.difference.after = now ? now->record : stat_record{};
    item.difference.changed =
        now && item.was_there ? changes_between({{}, item.difference.before, item.old_link}, *now)
                              : fields::none;
    item.difference.kind = !now              ? change_kind::removed
                           : !item.was_there ? change_kind::added
                                             : change_kind::modified;
}

// Compares a pending path with the snapshot. Drops an undone change, and returns false.
bool settling::compare(pending_paths::iterator at) noexcept {
    return compare(at, latest_entry(at->first));
}

// Does the same with the path's entry in the snapshot, if there is one.
bool settling::compare(pending_paths::iterator at, std::optional<entry> const& now) noexcept {
    pending_path& item = at->second;
    describe(item, now);
    bool const is_there = now.has_value();
    item.edited = item.edited || is_edit(item.difference.changed);
    bool const is_changed = item.edited && item.difference.changed != fields::none;
    bool const differs = is_there != item.was_there || is_changed;
    if (!differs && !item.difference.history.redelivered) {
        drop(at);
        return false;
    }
    bool const is_final = !now || (has_final_records(*now) && !is_kept(at->first));
    bool const is_named = item.difference.kind != change_kind::modified;
    unfinal_ += is_final ? 0 : 1;
    unfinal_ -= item.final ? 0 : 1;
    named_ += is_named ? 1 : 0;
    named_ -= item.named ? 1 : 0;
    item.final = is_final;
    item.named = is_named;
    note_waits(item);
    await_quiet(item);
    return true;
}

void settling::note_waits(pending_path& item) const noexcept {
    auto& waited = item.difference.history.waited_for;
    if (period_of(item.difference) > when_.quiet_period) waited |= awaited::content;
    if (!item.final) waited |= awaited::final_record;
}

void settling::drop(pending_paths::iterator at) noexcept {
    unfinal_ -= at->second.final ? 0 : 1;
    named_ -= at->second.named ? 1 : 0;
    pending_.erase(at);
}

// Returns whether an added path may be older than the baseline, which could not read its directory.
bool settling::was_unread(change const& one) const noexcept {
    return one.kind == change_kind::added &&
           std::any_of(unread_.begin(), unread_.end(), [&](finding const& f) {
               return snapshot_access::is_unread(latest_, one.path, f);
           });
}

void settling::forget_unread() noexcept {
    std::erase_if(unread_, [&](finding const& old) {
        auto const& now = latest_.findings();
        return std::none_of(now.begin(), now.end(),
                            [&](finding const& f) { return f.path == old.path; });
    });
}

// Rechecks continue while a pending change waits for a final record.
time_point settling::recheck_limit() const noexcept {
    return latest_delivery() + (unfinal_ > 0 ? finality_limit : std::chrono::seconds{});
}

// Without `max_wait`, the limit begins with the end of the quiet period.
time_point settling::final_limit() const noexcept {
    bool const is_limited = when_.max_wait < longest_time;
    auto const since =
        is_limited ? latest_delivery() : std::max({first_, quiet_, recheck_after_});
    return since + finality_limit;
}

settling::pending_paths::const_iterator settling::last_changed_path() const noexcept {
    return std::max_element(pending_.begin(), pending_.end(), [&](auto const& a, auto const& b) {
        return quiet_after(a.second) < quiet_after(b.second);
    });
}

std::string settling::take_overdue(time_point now) {
    bool const is_quiet = now >= quiet_;
    bool const is_limited = when_.max_wait < longest_time;
    if (is_merging() || pending_.empty() || is_quiet || is_limited || reported_overdue_)
        return {};
    if (now - first_ < overdue_after) return {};
    reported_overdue_ = true;
    return last_changed_path()->first;
}

// A record that is not final after a recheck may stay so for long, as after a read error: the
// pauses before further rechecks grow with the time since the end of the quiet period.
time_point settling::next_recheck(time_point since) const noexcept {
    if (unfinal_ == 0 || since < quiet_) return time_point::min();
    auto const pause = std::max<std::chrono::nanoseconds>(tick, (since - quiet_) / 8);
    return std::min(since + pause, final_limit());
}

bool settling::awaits_recheck(time_point now, time_point since) const noexcept {
    bool const is_quiet = !pending_.empty() && now >= quiet_ && now >= retry_;
    return is_quiet && now < recheck_limit() && now >= next_recheck(since);
}

bool settling::awaits_names(time_point now) const noexcept {
    return named_ > 0 && now >= retry_ && now < recheck_limit();
}

bool settling::collect(to_recheck& into) const {
    auto const at = into.has_begun ? pending_.upper_bound(into.last) : pending_.begin();
    if (!into.has_begun) into.files.reserve(pending_.size() - named_);
    into.has_begun = true;
    if (at == pending_.end()) return false;
    auto const& [path, item] = *at;
    into.last = path;
    if (!item.named) {
        into.files.push_back(path);
    } else if (into.places.empty() || !beside_each_other(into.placed, path)) {
        add_places(into.places, path);
        into.placed = path;
    }
    return true;
}

// The listing of its directory decides whether a path exists. If this directory is unknown, so does
// the listing of the nearest known directory above.
void settling::add_places(path_set& to, std::string_view path) const {
    auto const above = snapshot_access::known_above(latest_, path);
    if (!above.empty()) to.emplace(above);
    auto const directory = path.substr(0, path.find_last_of('/') + 1);
    to.emplace(directory.empty() ? "." : directory);
}

// Returns whether the record of a path is older than the scan, which could not read the path.
bool settling::is_kept(std::string_view path) const noexcept {
    // A whole scan merges its edits before its findings.
    bool const is_before = merge_.found && merge_.of == extent::edits && merge_.all_follows;
    auto const& faults = is_before ? merge_.found->findings() : latest_.findings();
    auto const& readable =
        is_before ? merge_.found->delta().readable : snapshot_access::readable(latest_);
    return std::any_of(faults.begin(), faults.end(), [&](finding const& f) {
        return snapshot_access::is_unread(latest_, path, f, readable);
    });
}

void settling::settled() noexcept {
    to_redeliver_.merge(coming_.to_redeliver);
    last_delivered_.swap(coming_.delivered);
    delivered_since_ = coming_.delivered_since;
    batches_ += coming_.is_empty ? 0 : 1;
    coming_ = {};
    contents_.answered();
    delivered_items_.clear();
    delivered_items_.swap(pending_);
    unfinal_ = named_ = 0;
    quiet_ = recheck_after_ = time_point::min();
    retry_ = time_point::min();
    pause_ = {};
}

void settling::refused(time_point now) noexcept {
    pause_ = std::clamp<std::chrono::nanoseconds>(pause_ * 2, first_pause, longest_pause);
    retry_ = now + pause_;
    suspended_ = false;
    ++refusals_;
}

bool settling::was_refused() const noexcept { return retry_ != time_point::min(); }

// An edit after a refusal may be the remedy, so it ends the pause and gets its own quiet period. An
// edit ends a suspension in the same way.
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
    ++suspensions_;
}

time_point settling::next(time_point since) const noexcept {
    if (is_merging()) return scanned_;
    if (pending_.empty()) return time_point::max();
    auto const earliest = std::max(std::min(quiet_, latest_delivery()), retry_);
    return std::max({earliest, scanned_ + tick, next_recheck(since)});
}

std::chrono::nanoseconds settling::period_of(change const& of) const noexcept {
    auto const quiet = when_.quiet_period;
    return was_emptied(of) ? std::max(when_.empty_period, quiet) : quiet;
}

time_point settling::quiet_after(pending_path const& item) const noexcept {
    return item.difference.history.last_changed + period_of(item.difference);
}

time_point settling::latest_delivery() const noexcept { return first_ + when_.max_wait; }

} // namespace restat::detail
