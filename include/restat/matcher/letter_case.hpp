#pragma once

#include <restat/detail/language.hpp>

namespace restat {

/// Selects whether a pattern distinguishes `A` from `a`.
enum class letter_case {
    sensitive,
    folded, ///< treats the 26 letters of ASCII alike, in every locale
};

} // namespace restat
