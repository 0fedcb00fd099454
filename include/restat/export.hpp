#pragma once

#include <restat/detail/language.hpp>

/// Marks the symbols of a shared `librestat` for use by other programs. The library is compiled
/// with hidden visibility, so a program cannot link against a symbol without this mark.
/// \source https://gcc.gnu.org/wiki/Visibility
#define RESTAT_EXPORT __attribute__((visibility("default")))
