#include "directory_fates.hpp"

#include <algorithm>
#include <utility>

namespace restat::detail {

void directory_fates::begin(row_store const* known) {
    known_ = known;
    began_ = ++now_;
    is_limited_ = false;
    released_.clear();
    apart_.clear();
    std::size_t const count = known ? known->directories.size() : 0;
    if (slots_.size() < count) slots_.resize(count);
}

void directory_fates::limit(std::vector<std::uint32_t> apart) noexcept {
    is_limited_ = true;
    apart_ = std::move(apart);
}

bool directory_fates::is_apart(std::uint32_t directory) const noexcept {
    return !apart_.empty() && std::binary_search(apart_.begin(), apart_.end(), directory);
}

// Returns the latest slot with a mark at and above a directory; a slot without a mark if there is
// none.
directory_fates::slot directory_fates::latest_mark(std::uint32_t directory) const noexcept {
    slot latest{began_, fate::kept, fate::gone};
    for (auto at = directory; at != directory_row::no_directory;
         at = is_apart(at) ? directory_row::no_directory : known_->directories[at].parent) {
        if (slots_[at].time() > latest.time()) latest = slots_[at];
    }
    return latest;
}

fate directory_fates::mark_above(std::uint32_t directory) const noexcept {
    return latest_mark(directory).mark();
}

bool directory_fates::has_gone() const noexcept {
    if (is_limited_) {
        return std::any_of(released_.begin(), released_.end(),
                           [&](std::uint32_t top) { return has_gone_below(top); });
    }
    std::size_t const count = known_ ? known_->directories.size() : 0;
    return std::any_of(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(count),
                       [&](slot of) { return visited(of) == fate::gone; });
}

// Searches a released subtree: goes down below visited directories alone, and past each directory
// with a later mark.
bool directory_fates::has_gone_below(std::uint32_t top) const noexcept {
    auto const& all = known_->directories;
    auto const time = slots_[top].time();
    bool const is_released = slots_[top].mark() == fate::gone && latest_mark(top).time() == time;
    if (!is_released) return false;
    if (visited(slots_[top]) == fate::gone) return true;
    for (auto i = top + 1; i < all[top].end;) {
        bool const is_below = all[i].parent != directory_row::no_directory && !is_apart(i);
        if (!is_below || slots_[i].time() > time) {
            i = std::max(all[i].end, i + 1);
        } else if (visited(slots_[i]) == fate::gone) {
            return true;
        } else {
            ++i;
        }
    }
    return false;
}

// A parent comes before its subdirectories, so its slot already has the latest mark above.
void directory_fates::settle() noexcept {
    if (!is_limited_) return;
    auto const& all = known_->directories;
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        slot latest = is_current(slots_[i]) ? slots_[i] : slot{began_, {}, {}};
        bool const is_below = all[i].parent != directory_row::no_directory && !is_apart(i);
        if (is_below && slots_[all[i].parent].time() > latest.time())
            latest = slots_[all[i].parent];
        fate const marked = latest.time() > began_ ? latest.mark() : fate::kept;
        fate const own = visited(slots_[i]);
        slots_[i] = {latest.time(), marked, own == fate::gone ? marked : own};
    }
    is_limited_ = false;
}

} // namespace restat::detail
