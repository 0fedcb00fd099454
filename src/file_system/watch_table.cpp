#include "file_system/watch_table.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <limits>

namespace restat::detail {
namespace {

// A slot has the number of a row in its low bits. The high bits are a tag from the hash, so a
// search reads only few wrong rows.
constexpr std::uint32_t free_slot = 0;
constexpr std::uint32_t number_bits = 0xffffff;
constexpr std::uint32_t emptied_slot = number_bits;
constexpr std::size_t most_rows = number_bits - 1;

std::uint64_t hash_of(file_identity of) noexcept {
    return add_to_hash(hash_word(of.device), of.inode);
}

std::size_t home_of(std::uint64_t hash, std::size_t slots) noexcept {
    return static_cast<std::size_t>((hash >> 32) * slots >> 32);
}

std::uint32_t tag_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash & 0xff) << 24;
}

} // namespace

watch_table::row* watch_table::row_of(std::uint32_t watch) noexcept {
    auto const at = std::lower_bound(rows_.begin(), rows_.end(), watch, is_before);
    return at != rows_.end() && at->watch == watch && at->is_live ? &*at : nullptr;
}

watch_table::row* watch_table::row_of(file_identity of) noexcept {
    if (slots_.empty()) return nullptr;
    auto const hash = hash_of(of);
    auto at = home_of(hash, slots_.size());
    for (; slots_[at] != free_slot; at = (at + 1) % slots_.size()) {
        if (slots_[at] == emptied_slot || (slots_[at] & ~number_bits) != tag_of(hash)) continue;
        row& one = rows_[(slots_[at] & number_bits) - 1];
        if (identity_of(one) == of) return &one;
    }
    return nullptr;
}

// Returns the slot with the number of a live row.
std::size_t watch_table::slot_with(std::size_t number, row const& one) const noexcept {
    auto const hash = hash_of(identity_of(one));
    auto at = home_of(hash, slots_.size());
    auto const wanted = static_cast<std::uint32_t>(number) | tag_of(hash);
    while (slots_[at] != wanted) at = (at + 1) % slots_.size();
    return at;
}

void watch_table::fill_slot(std::size_t index) noexcept {
    auto const hash = hash_of(identity_of(rows_[index]));
    auto at = home_of(hash, slots_.size());
    while (slots_[at] != free_slot) at = (at + 1) % slots_.size();
    slots_[at] = static_cast<std::uint32_t>(index + 1) | tag_of(hash);
    ++used_;
}

bool watch_table::find(int watch, file_identity& of) const noexcept {
    row const* const one = row_of(static_cast<std::uint32_t>(watch));
    if (one) of = identity_of(*one);
    return one != nullptr;
}

int watch_table::find(file_identity of) const noexcept {
    row const* const one = row_of(of);
    return one ? static_cast<int>(one->watch) : 0;
}

bool watch_table::is_sure(file_identity of) const noexcept {
    row const* const one = row_of(of);
    return one && one->is_sure;
}

bool watch_table::find_device(std::uint64_t device, std::uint16_t& index) {
    auto const at = std::find(devices_.begin(), devices_.end(), device);
    index = static_cast<std::uint16_t>(at - devices_.begin());
    if (at != devices_.end()) return true;
    if (devices_.size() > std::numeric_limits<std::uint16_t>::max()) return false;
    devices_.push_back(device);
    return true;
}

// Keeps at least a fifth of the slots free. Grows by a quarter, since memory counts here.
void watch_table::make_room() {
    if ((used_ + 1) * 5 <= slots_.size() * 4) return;
    std::erase_if(rows_, [](row const& one) { return !one.is_live; });
    rows_.reserve(live_ + live_ / 4 + 16);
    slots_.assign((live_ + live_ / 4 + 16) * 5 / 4, free_slot);
    used_ = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) fill_slot(i);
}

bool watch_table::put(int watch, file_identity of) {
    auto const number = static_cast<std::uint32_t>(watch);
    std::uint16_t device = 0;
    if (!find_device(of.device, device)) return false;
    row* const known = row_of(of);
    if (known && known->watch == number) {
        sure_ += known->is_sure ? 0 : 1;
        known->is_sure = true;
        return true;
    }
    if (known) erase(*known); // a file system may use an inode again,
    erase(watch);             // and a queue a number
    make_room();
    if (rows_.size() >= most_rows) return false;
    insert({of.inode, number, device, true, true});
    return true;
}

// Threads may add rows in another order than that of the watches. So some last rows may move up.
void watch_table::insert(row const& made) {
    auto const at = std::lower_bound(rows_.begin(), rows_.end(), made.watch, is_before);
    auto const index = static_cast<std::size_t>(at - rows_.begin());
    if (at != rows_.end() && at->watch == made.watch) {
        *at = made;
    } else {
        rows_.insert(at, made);
        for (auto i = rows_.size() - 1; i > index; --i) // numbered i so far
            if (rows_[i].is_live) ++slots_[slot_with(i, rows_[i])];
    }
    fill_slot(index);
    ++live_;
    ++sure_;
}

void watch_table::erase(row& one) noexcept {
    slots_[slot_with(static_cast<std::size_t>(&one - rows_.data()) + 1, one)] = emptied_slot;
    one.is_live = false;
    --live_;
    sure_ -= one.is_sure ? 1 : 0;
}

void watch_table::erase(int watch) noexcept {
    if (row* const one = row_of(static_cast<std::uint32_t>(watch))) erase(*one);
}

void watch_table::doubt(file_identity of) noexcept {
    row* const one = row_of(of);
    if (!one) return;
    sure_ -= one->is_sure ? 1 : 0;
    one->is_sure = false;
}

void watch_table::doubt_all() noexcept {
    for (row& one : rows_) one.is_sure = false;
    sure_ = 0;
}

} // namespace restat::detail
