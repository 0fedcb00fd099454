#include "restart/self_trigger.hpp"

#include <restat/renames.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace restat::detail {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr nanoseconds coarse = 100ms; // more than a tick

// From one stamp to another; days apart if they are that far.
nanoseconds between(stamp from, stamp to) noexcept {
    constexpr std::int64_t far = 86'400;
    auto const seconds = std::clamp(to.seconds - from.seconds, -far, far);
    return std::chrono::seconds{seconds} +
           nanoseconds{static_cast<std::int64_t>(to.nanoseconds) -
                       static_cast<std::int64_t>(from.nanoseconds)};
}

void append_escaped(std::string& glob, std::string_view path, std::string_view special) {
    for (char const letter : path) {
        if (special.find(letter) != special.npos) glob += '\\';
        glob += letter;
    }
}

// With the slash; empty if there is none.
std::string_view directory_of_all(std::vector<std::string> const& paths) noexcept {
    std::string_view common = paths.front();
    for (std::string_view const path : paths) {
        auto const end = std::mismatch(common.begin(), common.end(), path.begin(), path.end());
        common = common.substr(0, static_cast<std::size_t>(end.first - common.begin()));
    }
    return common.substr(0, common.rfind('/') + 1);
}

} // namespace

void self_trigger::started(time_point now, stamp clock) {
    auto both = row_ == 0 ? seen_ : in_both(suspects_, seen_);
    bool const goes_on = !both.empty();
    row_ = goes_on ? row_ + 1 : seen_.empty() ? 0 : 1;
    suspects_ = goes_on ? std::move(both) : std::move(seen_);
    seen_.clear();
    if (!goes_on) while_ = soon;
    has_started_ = true;
    started_ = now;
    clock_ = clock;
    window_ = soon;
    suspended_ = false;
}

void self_trigger::ended(time_point now) noexcept {
    window_ = std::max<nanoseconds>(soon, now - started_ + coarse);
}

bool self_trigger::suspends(change_set const& told, time_point now) {
    auto const changes = without_renames(told);
    if (!has_started_ || changes.empty()) return false;
    for (change const& what : changes) now = std::max(now, what.why.told);
    if (suspended_) {
        if (is_about_others(changes) && !are_its_own_too(changes, now)) {
            auto by = std::move(resumed_by_);
            reset(); // it is not the program alone that changes things
            resumed_by_ = std::move(by);
            return false;
        }
        bool const was_left_alone = now - std::exchange(changed_, now) >= while_;
        if (!was_left_alone) return true;
        suspended_ = false;
        while_ = std::min<nanoseconds>(while_ * 2, longest_while);
        return false;
    }
    auto seen = soon_after(changes, now);
    suspended_ = suspects_now(seen, changes.size());
    changed_ = now;
    suspects all;
    std::set_union(seen_.begin(), seen_.end(), seen.begin(), seen.end(), std::back_inserter(all),
                   is_before);
    seen_ = std::move(all); // of each path what came first
    return suspended_;
}

void self_trigger::reset() { *this = {}; }

self_trigger::past self_trigger::left() const {
    return {has_started_, started_, clock_, suspects_, row_, while_};
}

void self_trigger::go_on_from(past before) {
    reset();
    has_started_ = before.has_started;
    started_ = before.started;
    clock_ = before.clock;
    suspects_ = std::move(before.all);
    row_ = static_cast<std::size_t>(before.row);
    while_ = before.pause;
}

// A stamp that cannot be of this run is that of another clock. A file may be written by the run
// before, when it is asked to end.
nanoseconds self_trigger::delay_of(change const& what, time_point now) const noexcept {
    constexpr nanoseconds longest_end = 10s;
    nanoseconds const told = now - started_;
    bool const has_stamps = clock_ != stamp{} && what.after.type != file_type::none;
    if (!has_stamps) return told;
    auto const delay = between(clock_, what.after.ctime);
    return delay > -longest_end && delay < told + coarse ? delay : told;
}

self_trigger::suspects self_trigger::soon_after(change_set const& changes, time_point now) const {
    suspects found;
    for (change const& what : changes) {
        auto const delay = delay_of(what, now);
        if (delay < window_) found.push_back({what.path, delay, delay, !what.why.hurried});
    }
    std::sort(found.begin(), found.end(), is_before);
    return found;
}

// What came soon is in `seen`, of so many changes.
bool self_trigger::suspects_now(suspects const& seen, std::size_t changed) {
    if (seen.empty() || row_ + 1 < patience) return false;
    auto const known = in_both(suspects_, seen);
    bool const all_known = known.size() == changed;
    bool const all_regular = std::all_of(known.begin(), known.end(), is_regular);
    bool const certain = !known.empty() && seen.size() == changed && row_ + 1 >= long_patience;
    if (!certain && !(all_known && all_regular)) return false;
    named_.clear();
    for (auto const& one : known) named_.push_back(one.path);
    return true;
}

bool self_trigger::is_about_others(change_set const& changes) const {
    auto const is_suspect = [&](change const& what) {
        return find(suspects_, what.path) != nullptr;
    };
    bool const has_names_of_its_own = row_ + 1 >= long_patience;
    return !(has_names_of_its_own ? std::any_of(changes.begin(), changes.end(), is_suspect)
                                  : std::all_of(changes.begin(), changes.end(), is_suspect));
}

// A program that writes several files, one some time after the other, is not ended for the second
// before the first is suspected.
bool self_trigger::are_its_own_too(change_set const& changes, time_point now) {
    constexpr std::size_t most = 64;
    auto const seen = soon_after(changes, now);
    if (seen.size() != changes.size() || resumed_by_.size() > most) {
        resumed_by_.clear();
        return false;
    }
    bool are_own = true;
    for (auto const& one : seen) {
        if (find(suspects_, one.path)) continue;
        auto at = std::find_if(resumed_by_.begin(), resumed_by_.end(),
                               [&](auto const& each) { return each.by.path == one.path; });
        if (at == resumed_by_.end()) at = resumed_by_.insert(at, {one, 0});
        at->by.least = std::min(at->by.least, one.least);
        at->by.most = std::max(at->by.most, one.most);
        at->by.ceased = at->by.ceased && one.ceased;
        are_own = ++at->times >= patience && is_regular(at->by) && are_own;
    }
    if (are_own) suspect_too(seen);
    return are_own;
}

void self_trigger::suspect_too(suspects const& more) {
    suspects all;
    std::set_union(suspects_.begin(), suspects_.end(), more.begin(), more.end(),
                   std::back_inserter(all), is_before);
    suspects_ = std::move(all);
}

self_trigger::suspects self_trigger::in_both(suspects const& a, suspects const& b) {
    suspects both;
    for (auto const& one : a) {
        if (auto const* const other = find(b, one.path)) {
            both.push_back({one.path, std::min(one.least, other->least),
                            std::max(one.most, other->most), one.ceased && other->ceased});
        }
    }
    return both;
}

self_trigger::suspect const* self_trigger::find(suspects const& in,
                                                std::string_view path) noexcept {
    auto const at = std::lower_bound(
        in.begin(), in.end(), path,
        [](suspect const& one, std::string_view wanted) { return one.path < wanted; });
    return at != in.end() && at->path == path ? &*at : nullptr;
}

bool self_trigger::is_before(suspect const& a, suspect const& b) noexcept {
    return a.path < b.path;
}

bool self_trigger::is_regular(suspect const& one) noexcept {
    return one.ceased &&
           one.most - one.least <= std::max<nanoseconds>(alike, one.most / alike_share);
}

std::string glob_of(std::vector<std::string> const& paths) {
    constexpr std::string_view special = "*?[{\\";
    constexpr std::size_t few = 4;
    std::string glob;
    if (paths.size() == 1) {
        append_escaped(glob, paths.front(), special);
        return glob;
    }
    if (auto const directory = directory_of_all(paths);
        paths.size() > few && !directory.empty()) {
        append_escaped(glob, directory, special);
        return glob += "**";
    }
    for (auto const& path : paths) {
        glob += glob.empty() ? '{' : ',';
        append_escaped(glob, path, "*?[{\\,}");
    }
    return glob += '}';
}

} // namespace restat::detail
