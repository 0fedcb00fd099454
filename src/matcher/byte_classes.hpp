#pragma once

#include "glob_parser.hpp"

#include <array>
#include <string_view>

namespace restat::detail {

struct byte_class {
    std::string_view name;
    std::string_view ranges; // pairs of the first and last byte of each range
};

// The POSIX classes in the C locale, independent of the locale set by the host.
inline constexpr std::array<byte_class, 12> byte_classes{{
    {"alnum", "09AZaz"},
    {"alpha", "AZaz"},
    {"blank", "\t\t  "},
    {"cntrl", "\x01\x1f\x7f\x7f"},
    {"digit", "09"},
    {"graph", "!~"},
    {"lower", "az"},
    {"print", " ~"},
    {"punct", "!/:@[`{~"},
    {"space", "\t\r  "},
    {"upper", "AZ"},
    {"xdigit", "09AFaf"},
}};

inline void add_range(byte_set& to, char first, char last) {
    auto const end = static_cast<unsigned char>(last);
    for (unsigned b = static_cast<unsigned char>(first); b <= end; ++b) to.set(b);
}

inline bool add_class(byte_set& to, std::string_view name) {
    for (byte_class const& known : byte_classes) {
        if (known.name != name) continue;
        for (std::size_t i = 0; i < known.ranges.size(); i += 2) {
            add_range(to, known.ranges[i], known.ranges[i + 1]);
        }
        return true;
    }
    return false;
}

// Adds the other case of each letter in the set.
inline void fold_letters(byte_set& in) {
    for (unsigned upper = 'A'; upper <= 'Z'; ++upper) {
        unsigned const lower = upper | 0x20U;
        if (in[upper] || in[lower]) in.set(upper).set(lower);
    }
}

} // namespace restat::detail
