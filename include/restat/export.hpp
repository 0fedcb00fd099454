#pragma once

#include <restat/detail/language.hpp>

/// Marks what a shared `librestat` gives to its users. The library is compiled with hidden
/// visibility, so what lacks the mark cannot be linked against.
/// \source https://gcc.gnu.org/wiki/Visibility
#define RESTAT_EXPORT __attribute__((visibility("default")))
