#include "slicing.hpp"

#include "plain_path.hpp"
#include "unread.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

namespace restat::detail {
namespace {

constexpr std::size_t most_hot = 256;
constexpr std::chrono::minutes stays_hot{10};

} // namespace

void slicing::pin(std::string_view path) {
    auto const plain = plain_path(path);
    if (std::find(pins_.begin(), pins_.end(), plain) == pins_.end()) pins_.emplace_back(plain);
}

void slicing::unpin(std::string_view path) {
    std::erase(pins_, plain_path(path));
    std::erase_if(pinned_, [&](std::string const& file) {
        return std::none_of(pins_.begin(), pins_.end(), [&](auto const& pin) {
            return is_within(std::string_view{file}, pin);
        });
    });
}

void slicing::restructured(snapshot const& latest) {
    std::vector<std::string> files;
    for (std::string const& pin : pins_) {
        bool const all = pin == ".";
        for (auto i = all ? 0 : latest.lower_bound(pin); i < latest.size(); ++i) {
            auto const path = latest.path(i);
            if (is_within(path, pin)) {
                files.push_back(path.str());
            } else if (!all) {
                break;
            }
        }
    }
    pinned_ = std::move(files);
}

void slicing::edited(change_set const& which, time_point now) {
    // Of a burst, no more than are kept.
    auto const from = which.size() - std::min(which.size(), most_hot);
    for (change const& one : std::span{which}.subspan(from)) {
        std::erase_if(hot_, [&](hot_file const& old) { return old.path == one.path; });
        if (one.kind == change_kind::removed) continue;
        hot_.insert(hot_.begin(), {one.path, now});
        if (hot_.size() > most_hot) hot_.pop_back();
    }
}

void slicing::slice_began(time_point now, bool skips_first) {
    if (slice_ != time_point{}) gap_ = std::max(gap_, now - slice_);
    slice_ = now;
    std::erase_if(hot_, [&](hot_file const& one) { return now - one.edited > stays_hot; });
    turned_ = given_ = 0;
    skips_ = skips_first;
}

void slicing::check(std::vector<std::string> files) noexcept {
    to_check_ = std::move(files);
    checked_ = unseen_ = 0;
    gave_check_ = false;
}

std::vector<std::string> slicing::take_unseen() noexcept {
    for (; checked_ < to_check_.size(); ++checked_)
        std::swap(to_check_[unseen_++], to_check_[checked_]);
    to_check_.resize(unseen_);
    checked_ = unseen_ = 0;
    return std::exchange(to_check_, {});
}

void slicing::missed_first() noexcept {
    if (gave_check_) std::swap(to_check_[unseen_++], to_check_[checked_ - 1]);
}

std::string const* slicing::next_first() noexcept {
    if (skips_) return nullptr;
    std::size_t const count = pinned_.size() + hot_.size();
    gave_check_ = !has_checked() && (!gave_check_ || turned_ == count);
    if (gave_check_) {
        ++given_;
        return &to_check_[checked_++];
    }
    if (turned_ == count) return nullptr;
    ++turned_;
    ++given_;
    if (next_ >= count) next_ = 0;
    std::size_t const at = next_++;
    return at < pinned_.size() ? &pinned_[at] : &hot_[at - pinned_.size()].path;
}

void slicing::round_began(time_point now) {
    now_.clear();
    now_.push_back({now, 0});
}

void slicing::seen(std::size_t entries) {
    if (now_.empty()) return;
    if (now_.back().at != slice_) now_.push_back({slice_, 0});
    now_.back().entries = entries;
}

void slicing::round_ended() {
    std::swap(before_, now_);
    now_.clear();
}

void slicing::scanned_at_once(time_point began) {
    now_.clear();
    before_.assign(1, {began, std::numeric_limits<std::size_t>::max()});
}

time_point slicing::oldest() const noexcept {
    auto const seen = now_.empty() ? 0 : now_.back().entries;
    auto const at = std::partition_point(before_.begin(), before_.end(),
                                         [&](mark const& m) { return m.entries <= seen; });
    if (at != before_.end()) return at->at;
    return now_.empty() ? time_point{} : now_.front().at;
}

std::chrono::nanoseconds slicing::longest_gap() noexcept { return std::exchange(gap_, {}); }

} // namespace restat::detail
