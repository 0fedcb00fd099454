#pragma once

#include <restat/detail/language.hpp>

namespace restat {

/// Whether a pattern tells `A` from `a`.
enum class letter_case {
    sensitive,
    folded, ///< the 26 letters of ASCII alike, whatever the locale
};

} // namespace restat
