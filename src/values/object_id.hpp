#pragma once

#include "base/hash.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>

namespace restat::detail {

/// Identifies a directory under any of its paths.
struct object_id {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;

    friend auto operator<=>(object_id const&, object_id const&) = default;
};

/// Returns the place of an identity in a hash table; the caller masks the result.
constexpr std::size_t place_of(object_id id) noexcept {
    return static_cast<std::size_t>(hash_word(id.inode ^ (id.device << 32)) >> 20);
}

} // namespace restat::detail
