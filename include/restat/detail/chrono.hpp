#pragma once

#include <restat/detail/language.hpp>

/// Includes durations and clocks. The whole of `<chrono>` also includes calendars and formatting,
/// and with formatting the streams: a sixth of the compile time of `stat_reloader.hpp` in a
/// translation unit. libstdc++ keeps the part needed here in a separate header, and its other
/// headers include this part.
/// \see benchmarks/include
#if defined(__has_include) && __has_include(<bits/chrono.h>)
#include <bits/chrono.h>
#else
#include <chrono>
#endif
