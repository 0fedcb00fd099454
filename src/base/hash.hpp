#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

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

/// Returns the hash of a text, 8 bytes at a time.
inline std::uint64_t hash_of_bytes(std::string_view bytes) noexcept {
    std::uint64_t hash = bytes.size();
    while (!bytes.empty()) {
        std::uint64_t word = 0;
        auto const size = std::min(bytes.size(), sizeof word);
        std::memcpy(&word, bytes.data(), size);
        hash = add_to_hash(hash, word);
        bytes.remove_prefix(size);
    }
    return hash;
}

} // namespace restat::detail
