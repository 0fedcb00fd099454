#pragma once

#include <restat/detail/language.hpp>

namespace restat {

/// When a run of a program counts as good. One that ends before, or is not ready within a limit, is
/// ended, and the program that was good last is run in its place: see `child_restart`.
enum class readiness : unsigned char {
    started, ///< at once: nothing is kept to go back to
    told,    ///< when it says so, to NOTIFY_SOCKET or RESTAT_READY
    lasted,  ///< when it is still there at the limit
};

} // namespace restat
