#pragma once

#include "base/hash.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace restat::detail {

// Returns the lower-case letter of an ASCII capital; every other byte unchanged.
constexpr char fold(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// Loads bytes for hashing with the case bit set, so that the hash ignores case. Some other bytes
// collide too, but the hash only selects candidates for an exact comparison.
template <class Word>
Word load_folded(char const* from) noexcept {
    Word word;
    std::memcpy(&word, from, sizeof word);
    return static_cast<Word>(word | static_cast<Word>(0x2020202020202020U));
}

inline std::uint64_t folded_hash(std::string_view text) noexcept {
    auto const* at = text.data();
    auto hash = add_to_hash(0, text.size());
    for (auto left = text.size(); left > 8; left -= 8, at += 8) {
        hash = add_to_hash(hash, load_folded<std::uint64_t>(at));
    }
    // Hashes the last bytes; some of them for the second time.
    auto const* const end = text.data() + text.size();
    if (text.size() >= 8) return add_to_hash(hash, load_folded<std::uint64_t>(end - 8));
    if (text.size() >= 4) {
        auto const high = load_folded<std::uint32_t>(end - 4);
        return add_to_hash(hash,
                           std::uint64_t{high} << 32 | load_folded<std::uint32_t>(text.data()));
    }
    for (; at != end; ++at) hash = add_to_hash(hash, load_folded<unsigned char>(at));
    return hash;
}

} // namespace restat::detail
