#include <restat/escape.hpp>

#include "base/utf8.hpp"

namespace restat {
namespace {

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
        auto const length = detail::utf8_character(name);
        auto const head = name.substr(0, length == 0 ? 1 : length);
        bool const is_safe =
            length != 0 && !detail::acts_on_terminals(detail::utf8_point(name, length));
        if (is_safe && head != "\\") {
            shown += head;
        } else {
            append_escaped(shown, head);
        }
        name.remove_prefix(head.size());
    }
    return shown;
}

} // namespace restat
