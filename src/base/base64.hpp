#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace restat::detail {

inline constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Encodes any bytes, such as a file name of invalid UTF-8, as text. \source RFC 4648, 4
inline std::string base64(std::string_view bytes) {
    std::string text;
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += i <= bytes.size() ? base64_digits[group >> (18 - 6 * i) & 0x3F] : '=';
        }
    }
    return text;
}

} // namespace restat::detail
