#include "directory_index.hpp"

#include "snapshot_contents.hpp"

#include <algorithm>
#include <bit>

namespace restat::detail {
namespace {

constexpr std::uint32_t indexed_a_step = 256;

} // namespace

directory_index::directory_index(row_store const& of)
    : slots_(std::bit_ceil(std::max<std::size_t>(2, of.directories.size() * 3 / 2))) {}

bool directory_index::is_at(row_store const& of, std::uint32_t directory, object_id id) noexcept {
    return id_of(of.directories[directory].mark) == id;
}

// Leaves out directories never listed: their identity is unknown.
bool directory_index::add_some(row_store const& of) {
    auto const count = static_cast<std::uint32_t>(of.directories.size());
    auto const end = std::min(count, next_ + indexed_a_step);
    std::size_t const mask = slots_.size() - 1;
    for (; next_ < end; ++next_) {
        listing_mark const& mark = of.directories[next_].mark;
        if (mark.known == listing::none) continue;
        std::size_t at = place_of(id_of(mark)) & mask;
        while (slots_[at] != 0) at = (at + 1) & mask;
        slots_[at] = next_ + 1;
    }
    return next_ < count;
}

} // namespace restat::detail
