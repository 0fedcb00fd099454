#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled.hpp>
#else
#include <restat/detail/processes.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/program_enumerator.hpp>
#include <restat/matcher/ignore_matcher.hpp>
#include <restat/reloader_guard.hpp>
#include <restat/restart/exec_restart.hpp>

namespace restat {

// The default composition is compiled once, in the library.
extern template class RESTAT_EXPORT
    basic_reloader<program_enumerator, ignore_matcher, interruptible_clock, exec_restart>;

} // namespace restat
#endif
