#include "slicing.hpp"

#include "base/plain_path.hpp"
#include "base/unread.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <span>
#include <string_view>
#include <utility>

namespace restat::detail {
namespace {

constexpr std::size_t most_recent_edits = 256;
constexpr std::chrono::minutes recent_for{10};

} // namespace

void slicing::pin(std::string_view path) {
    auto const plain = plain_path(path);
    if (plain.empty() || std::find(pins_.begin(), pins_.end(), plain) != pins_.end()) return;
    constexpr std::size_t most_ranges = 2; // of a pin
    pinned_.reserve(most_ranges * (pins_.size() + 1));
    pins_.push_back(plain);
}

void slicing::unpin(std::string_view path) {
    std::erase(pins_, plain_path(path));
    if (latest_) restructured(*latest_);
}

void slicing::restructured(snapshot const& latest) noexcept {
    latest_ = &latest;
    latest_size_ = latest.size();
    pinned_.clear();
    for (std::string const& pin : pins_) add_pinned(pin);
}

// In path order, the paths at and below a path form a single range.
void slicing::add_pinned(std::string_view pin) noexcept {
    auto const& all = *latest_;
    auto const end_of = [&](std::size_t begin, auto const& holds) {
        std::size_t count = all.size() - begin;
        while (count > 0) {
            auto const half = count / 2;
            bool const is_in = holds(all.path(begin + half));
            begin += is_in ? half + 1 : 0;
            count = is_in ? count - half - 1 : half;
        }
        return begin;
    };
    if (pin != ".") {
        auto const begin = all.lower_bound(pin);
        pinned_.push_back(
            {begin, end_of(begin, [&](split_path path) { return is_within(path, pin); })});
        return;
    }
    auto const relative = end_of(0, [](split_path path) { return path.starts_with("/"); });
    auto const above = std::max(relative, all.lower_bound(".."));
    auto const rest = end_of(above, [](split_path path) { return is_within(path, ".."); });
    pinned_.push_back({relative, above});
    pinned_.push_back({rest, all.size()});
}

std::size_t slicing::pinned() const noexcept {
    std::size_t count = 0;
    for (auto const& [begin, end] : pinned_) count += end - begin;
    return count;
}

std::size_t slicing::pinned_position(std::size_t number) const noexcept {
    auto in = pinned_.begin();
    for (; number >= in->end - in->begin; ++in) number -= in->end - in->begin;
    return in->begin + number;
}

std::size_t slicing::position_of(std::string_view path) const noexcept {
    if (!latest_) return scan_bounds::no_position;
    auto const at = latest_->find(path);
    return at == latest_->end() ? scan_bounds::no_position : at.index();
}

void slicing::edited(change_set const& which, time_point now) {
    // A burst has more edits than are kept.
    auto const from = which.size() - std::min(which.size(), most_recent_edits);
    auto const last = std::span{which}.subspan(from);
    if (last.empty()) return;
    std::set<std::string_view> edited;
    for (change const& one : last) edited.insert(one.path);
    std::vector<recent_edit> edits;
    for (auto one = last.rbegin(); one != last.rend(); ++one) {
        bool const is_first = edited.erase(one->path) > 0;
        if (is_first && one->kind != change_kind::removed) edits.push_back({one->path, now});
    }
    for (change const& one : last) edited.insert(one.path);
    for (recent_edit& old : recent_edits_) {
        if (edits.size() == most_recent_edits) break;
        if (!edited.contains(old.path)) edits.push_back(std::move(old));
    }
    recent_edits_ = std::move(edits);
}

void slicing::slice_began(time_point now, given_files which) {
    if (slice_ != time_point{}) gap_ = std::max(gap_, now - slice_);
    slice_ = now;
    std::erase_if(recent_edits_,
                  [&](recent_edit const& one) { return now - one.at > recent_for; });
    turned_ = given_ = 0;
    gives_ = which;
}

void slicing::check(std::vector<std::string> files) noexcept {
    to_check_.swap(files);
    dropped_.take(files);
    checked_ = 0;
    unchecked_.clear();
    gave_check_ = false;
}

std::vector<std::string> slicing::take_unchecked() {
    for (; !has_checked(); ++checked_) unchecked_.push_back(to_check_[checked_]);
    return std::exchange(unchecked_, {});
}

void slicing::missed_priority() {
    if (gave_check_) unchecked_.push_back(given_check_);
}

std::optional<std::size_t> slicing::next_priority() {
    if (gives_ == given_files::none) return {};
    if (latest_ && latest_->size() != latest_size_) restructured(*latest_);
    std::size_t const pins = pinned();
    std::size_t const count = gives_ == given_files::checks ? 0 : pins + recent_edits_.size();
    gave_check_ = !has_checked() && (!gave_check_ || turned_ == count);
    if (gave_check_) {
        ++given_;
        given_check_ = std::exchange(to_check_[checked_++], {});
        return position_of(given_check_);
    }
    if (turned_ == count) return {};
    ++turned_;
    ++given_;
    if (next_ >= count) next_ = 0;
    std::size_t const at = next_++;
    return at < pins ? pinned_position(at) : position_of(recent_edits_[at - pins].path);
}

void slicing::pass_began(time_point now) {
    now_.clear();
    now_.push_back({now, 0});
}

void slicing::note_checked(std::size_t entries) {
    if (now_.empty()) return;
    if (now_.back().at != slice_) now_.push_back({slice_, 0});
    now_.back().entries = entries;
}

void slicing::pass_ended() {
    std::swap(before_, now_);
    now_.clear();
}

void slicing::scanned_at_once(time_point began) {
    now_.clear();
    before_.assign(1, {began, std::numeric_limits<std::size_t>::max()});
}

time_point slicing::oldest() const noexcept {
    auto const checked = now_.empty() ? 0 : now_.back().entries;
    auto const at = std::partition_point(before_.begin(), before_.end(),
                                         [&](mark const& m) { return m.entries <= checked; });
    if (at != before_.end()) return at->at;
    return now_.empty() ? time_point{} : now_.front().at;
}

std::chrono::nanoseconds slicing::longest_gap() noexcept { return std::exchange(gap_, {}); }

} // namespace restat::detail
