#include <restat/escape.hpp>

#include <array>
#include <cstdint>

namespace restat {
namespace {

// The length of the well-formed UTF-8 sequence at the head of `text`, and its code point.
// Unicode, table 3-7: a continuation byte is 80..BF, narrowed after E0, ED, F0 and F4.
struct sequence {
    std::size_t length = 0; // 0 if ill-formed
    std::uint32_t point = 0;
};

sequence decode(std::string_view text) noexcept {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned const lead = byte(0);
    if (lead < 0x80) return {1, lead};
    std::size_t const length = lead >= 0xC2 && lead < 0xE0   ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    if (length == 0 || text.size() < length) return {};
    std::uint32_t point = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return {};
        point = point << 6 | (byte(i) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    bool const surrogate = point >= 0xD800 && point < 0xE000;
    if (point < least[length] || surrogate || point > 0x10FFFF) return {};
    return {length, point};
}

bool is_safe(std::uint32_t point) noexcept {
    auto const within = [&](std::uint32_t first, std::uint32_t last) {
        return point >= first && point <= last;
    };
    bool const control = within(0, 0x1F) || within(0x7F, 0x9F);
    bool const separator = within(0x2028, 0x2029) || point == 0xFEFF;
    bool const direction = within(0x202A, 0x202E) || within(0x2066, 0x2069) ||
                           within(0x200B, 0x200F) || point == 0x061C;
    return !control && !separator && !direction;
}

void append_hexadecimal(std::string& to, unsigned char byte) {
    constexpr char digits[] = "0123456789abcdef";
    to += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
}

void append_escaped(std::string& to, std::string_view bytes) {
    for (char const c : bytes) {
        switch (c) {
        case '\\': to += "\\\\"; break;
        case '\t': to += "\\t"; break;
        case '\n': to += "\\n"; break;
        case '\r': to += "\\r"; break;
        default: append_hexadecimal(to, static_cast<unsigned char>(c));
        }
    }
}

} // namespace

std::string escape(std::string_view name) {
    std::string shown;
    shown.reserve(name.size());
    while (!name.empty()) {
        auto const [length, point] = decode(name);
        auto const head = name.substr(0, length == 0 ? 1 : length);
        if (length != 0 && point != '\\' && is_safe(point)) {
            shown += head;
        } else {
            append_escaped(shown, head);
        }
        name.remove_prefix(head.size());
    }
    return shown;
}

} // namespace restat
