#pragma once

#include <restat/detail/language.hpp>

/// Durations and clocks. The whole of `<chrono>` brings calendars and formatting with it, and with
/// them the streams: a sixth of what a translation unit pays for `stat_reloader.hpp`. libstdc++
/// has the part that is needed here in a header of its own, which its other headers include.
/// \see benchmarks/include
#if defined(__has_include) && __has_include(<bits/chrono.h>)
#include <bits/chrono.h>
#else
#include <chrono>
#endif
