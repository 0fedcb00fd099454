#include "file_system/watch_table.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <limits>

namespace restat::detail {
namespace {

// No watch has these numbers: they start at 1, and are positive as `int`.
constexpr std::uint32_t free_slot = 0;
constexpr std::uint32_t emptied_slot = std::numeric_limits<std::uint32_t>::max();

// Spreads the hash over any number of slots.
std::size_t home_of(file_identity of, std::size_t slots) noexcept {
    auto const hash = add_to_hash(hash_word(of.device), of.inode);
    return static_cast<std::size_t>((hash >> 32) * slots >> 32);
}

} // namespace

watch_table::row* watch_table::row_of(std::uint32_t watch) noexcept {
    auto const at = std::lower_bound(rows_.begin(), rows_.end(), watch, is_before);
    return at != rows_.end() && at->watch == watch && at->is_live ? &*at : nullptr;
}

// Returns the slot of a directory, or the number of slots.
std::size_t watch_table::slot_of(file_identity of) const noexcept {
    if (slots_.empty()) return 0;
    auto at = home_of(of, slots_.size());
    for (; slots_[at] != free_slot; at = (at + 1) % slots_.size()) {
        row const* const one = row_of(slots_[at]); // none for an emptied slot
        if (one && identity_of(*one) == of) return at;
    }
    return slots_.size();
}

bool watch_table::find(int watch, file_identity& of) const noexcept {
    row const* const one = row_of(static_cast<std::uint32_t>(watch));
    if (one) of = identity_of(*one);
    return one != nullptr;
}

int watch_table::find(file_identity of) const noexcept {
    auto const at = slot_of(of);
    return at < slots_.size() ? static_cast<int>(slots_[at]) : 0;
}

bool watch_table::is_sure(file_identity of) const noexcept {
    auto const at = slot_of(of);
    return at < slots_.size() && row_of(slots_[at])->is_sure;
}

bool watch_table::find_device(std::uint64_t device, std::uint16_t& index) {
    auto const at = std::find(devices_.begin(), devices_.end(), device);
    index = static_cast<std::uint16_t>(at - devices_.begin());
    if (at != devices_.end()) return true;
    if (devices_.size() > std::numeric_limits<std::uint16_t>::max()) return false;
    devices_.push_back(device);
    return true;
}

void watch_table::fill_slot(std::uint32_t watch, file_identity of) noexcept {
    auto at = home_of(of, slots_.size());
    while (slots_[at] != free_slot) at = (at + 1) % slots_.size();
    slots_[at] = watch;
    ++used_;
}

// Keeps at least a fifth of the slots free. Grows by a quarter, since memory counts here.
void watch_table::make_room() {
    if ((used_ + 1) * 5 <= slots_.size() * 4) return;
    std::erase_if(rows_, [](row const& one) { return !one.is_live; });
    rows_.reserve(live_ + live_ / 4 + 16);
    slots_.assign((live_ + live_ / 4 + 16) * 5 / 4, free_slot);
    used_ = 0;
    for (row const& one : rows_) fill_slot(one.watch, identity_of(one));
}

bool watch_table::put(int watch, file_identity of) {
    auto const number = static_cast<std::uint32_t>(watch);
    std::uint16_t device = 0;
    if (!find_device(of.device, device)) return false;
    if (row* const known = row_of(number); known && identity_of(*known) == of) {
        sure_ += known->is_sure ? 0 : 1;
        known->is_sure = true;
        return true;
    }
    erase(watch);    // a queue may use a number again,
    erase(find(of)); // and a file system an inode
    make_room();
    fill_slot(number, of);
    row const made{of.inode, number, device, true, true};
    auto const at = std::lower_bound(rows_.begin(), rows_.end(), number, is_before);
    if (at != rows_.end() && at->watch == number) {
        *at = made;
    } else {
        rows_.insert(at, made);
    }
    ++live_;
    ++sure_;
    return true;
}

void watch_table::erase(int watch) noexcept {
    row* const one = row_of(static_cast<std::uint32_t>(watch));
    if (!one) return;
    slots_[slot_of(identity_of(*one))] = emptied_slot;
    one->is_live = false;
    --live_;
    sure_ -= one->is_sure ? 1 : 0;
}

void watch_table::doubt(file_identity of) noexcept {
    row* const one = row_of(static_cast<std::uint32_t>(find(of)));
    if (!one) return;
    sure_ -= one->is_sure ? 1 : 0;
    one->is_sure = false;
}

void watch_table::doubt_all() noexcept {
    for (row& one : rows_) one.is_sure = false;
    sure_ = 0;
}

} // namespace restat::detail
