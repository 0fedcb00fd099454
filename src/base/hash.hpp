#pragma once

#include <cstdint>

namespace restat::detail {

/// 2^64 divided by the golden ratio: an odd number without a pattern in its bits.
inline constexpr std::uint64_t golden_ratio = 0x9e3779b97f4a7c15U;

/// Multiplies a word. Each bit of the word changes the high bits of the product: use these bits for
/// a table. \source Knuth, The Art of Computer Programming, volume 3, section 6.4
constexpr std::uint64_t hash_word(std::uint64_t word) noexcept { return word * golden_ratio; }

/// Adds a word to the hash of the words before.
constexpr std::uint64_t add_to_hash(std::uint64_t hash, std::uint64_t word) noexcept {
    hash = hash_word(hash ^ word);
    return hash ^ hash >> 29;
}

} // namespace restat::detail
