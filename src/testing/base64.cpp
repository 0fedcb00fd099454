#include "testing/base64.hpp"

#include <cstdint>

namespace restat::testing {

std::optional<std::string> from_base64(std::string_view text) {
    std::string bytes;
    std::uint32_t group = 0;
    std::size_t count = 0; // digits in the group
    for (char const c : text.substr(0, text.find('='))) {
        auto const value = detail::base64_digits.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        group = group << 6 | static_cast<std::uint32_t>(value);
        if (++count % 4 == 1) continue;
        bytes += static_cast<char>(group >> (4 - count % 4) % 4 * 2 & 0xFF);
    }
    return base64(bytes) == text ? std::optional{bytes} : std::nullopt;
}

} // namespace restat::testing
