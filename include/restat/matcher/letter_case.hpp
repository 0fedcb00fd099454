#pragma once

#include <restat/detail/language.hpp>

#include <string_view>

namespace restat {

/// Selects whether a pattern distinguishes `A` from `a`.
enum class letter_case {
    sensitive,
    folded, ///< treats the 26 letters of ASCII alike, in every locale
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(letter_case of) noexcept {
    using enum letter_case;
    switch (of) {
    case sensitive: return "sensitive";
    case folded: return "folded";
    }
    return "invalid";
}

} // namespace restat
