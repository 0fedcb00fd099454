#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace restat::detail {

/// Returns the size of the well-formed character at the start of `text`, or 0 if the bytes are
/// ill-formed. `text` must not be empty.
/// \source Unicode, table 3-7
inline std::size_t utf8_character(std::string_view text) noexcept {
    auto const at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const has = [&](std::size_t i, unsigned low, unsigned high) {
        return i < text.size() && at(i) >= low && at(i) <= high;
    };
    unsigned const first = at(0);
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    if (first < 0xE0) return has(1, 0x80, 0xBF) ? 2 : 0;
    unsigned const low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    unsigned const high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (!has(1, low, high) || !has(2, 0x80, 0xBF)) return 0;
    if (first < 0xF0) return 3;
    return has(3, 0x80, 0xBF) ? 4 : 0;
}

/// Returns the code point of a well-formed character of this size at the start of `text`.
inline std::uint32_t utf8_point(std::string_view text, std::size_t size) noexcept {
    auto const at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    std::uint32_t point = size < 2 ? at(0) : at(0) & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) point = point << 6 | (at(i) & 0x3FU);
    return point;
}

/// Returns whether a character acts on a terminal: a control character, a line separator, or a
/// mark of text direction.
constexpr bool acts_on_terminals(std::uint32_t point) noexcept {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) ||
           (point >= 0x200B && point < 0x2010) || (point >= 0x2028 && point < 0x202F) ||
           (point >= 0x2066 && point < 0x206A) || point == 0x61C || point == 0xFEFF;
}

/// Returns whether `text` is well-formed UTF-8. Checks eight bytes of ASCII at a time.
inline bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        std::uint64_t bytes = 0;
        while (text.size() >= sizeof bytes) {
            std::memcpy(&bytes, text.data(), sizeof bytes);
            if ((bytes & 0x8080808080808080) != 0) break;
            text.remove_prefix(sizeof bytes);
        }
        if (text.empty()) return true;
        auto const size = utf8_character(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

} // namespace restat::detail
