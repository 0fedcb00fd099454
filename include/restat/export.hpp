#pragma once

#include <restat/detail/language.hpp>

/// Marks the symbols of a shared `librestat` for use by other programs. The library is compiled
/// with hidden visibility, so a program cannot link against a symbol without this mark. With
/// `RESTAT_DISABLED`, a use of such a name is an error.
///
/// `RESTAT_EXPORT_BOTH` marks a name that exists nevertheless. `RESTAT_EXPORT_OR` declares such a
/// function, which then returns the value.
/// \source https://gcc.gnu.org/wiki/Visibility
#ifndef RESTAT_DISABLED
#define RESTAT_EXPORT __attribute__((visibility("default")))
#define RESTAT_EXPORT_BOTH RESTAT_EXPORT
#define RESTAT_EXPORT_OR(value, ...) RESTAT_EXPORT __VA_ARGS__;
#else
#define RESTAT_EXPORT                                                                            \
    __attribute__((unavailable("this name does not exist with RESTAT_DISABLED")))
#define RESTAT_EXPORT_BOTH
#define RESTAT_EXPORT_OR(value, ...)                                                             \
    _Pragma("GCC diagnostic push")                                                               \
        _Pragma("GCC diagnostic ignored \"-Wunused-parameter\"") inline __VA_ARGS__ {            \
        return value;                                                                            \
    }                                                                                            \
    _Pragma("GCC diagnostic pop")
#endif
