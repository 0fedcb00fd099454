#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace restat::detail {

// Returns the part after the last `/`, as `candidate::name` does, but scans eight bytes at a
// time.
inline std::string_view last_component(std::string_view path) noexcept {
    constexpr std::uint64_t slashes = 0x2f2f2f2f2f2f2f2f;
    constexpr std::uint64_t low_bits = 0x7f7f7f7f7f7f7f7f;
    auto end = path.size();
    for (; end >= sizeof(std::uint64_t); end -= sizeof(std::uint64_t)) {
        std::uint64_t word;
        std::memcpy(&word, path.data() + end - sizeof word, sizeof word);
        word ^= slashes;
        auto const found =
            ~(((word & low_bits) + low_bits) | word | low_bits); // set in each zero byte
        if (found == 0) continue;
        auto const behind = std::endian::native == std::endian::little ? std::countl_zero(found)
                                                                       : std::countr_zero(found);
        return path.substr(end - static_cast<std::size_t>(behind) / 8);
    }
    while (end > 0 && path[end - 1] != '/') --end;
    return path.substr(end);
}

} // namespace restat::detail
