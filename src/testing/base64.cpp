#include "testing/base64.hpp"

#include <algorithm>
#include <cstdint>

namespace restat::testing {
namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

std::string base64(std::string_view bytes) {
    std::string text;
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += i <= bytes.size() ? digits[group >> (18 - 6 * i) & 0x3F] : '=';
        }
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    std::string bytes;
    std::uint32_t group = 0;
    std::size_t count = 0; // digits in the group
    for (char const c : text.substr(0, text.find('='))) {
        auto const value = digits.find(c);
        if (value == digits.npos) return std::nullopt;
        group = group << 6 | static_cast<std::uint32_t>(value);
        if (++count % 4 == 1) continue;
        bytes += static_cast<char>(group >> (4 - count % 4) % 4 * 2 & 0xFF);
    }
    return base64(bytes) == text ? std::optional{bytes} : std::nullopt;
}

} // namespace restat::testing
