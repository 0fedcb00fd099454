#pragma once

#include <restat/detail/language.hpp>

#include <string_view>

namespace restat {

/// The condition for a run of a program to count as good.
///
/// The run fails if the program exits before it is ready, if exec fails, or if the limit expires.
/// The strategy then stops the program and runs a copy of the last ready program until the next
/// change. If there is no copy, or its content is the same, the program keeps running. A last run
/// (`after_change::once`) need not become ready, only end.
///
/// The copy contains only the program file: no shared objects, and no script passed as an
/// argument. The copy has no name and disappears with the strategy. Its /proc/self/exe is in the
/// original directory, so `$ORIGIN` works. File systems without unnamed files, such as NFS, are
/// an exception: there the copy is in memory. A copied script sees its own name as /dev/fd/N. The
/// copy runs without the setuid bit and the file capabilities of the original, and `exec_restart`
/// refuses to restart a copy.
enum class readiness : unsigned char {
    started, ///< at once: no program is kept for a roll back
    /// When the program reports ready, in either of two ways. It sends `READY=1` to NOTIFY_SOCKET,
    /// from a process of its group, or from a process that has exited before the message is read.
    /// Or it writes any byte to the file named by RESTAT_READY: `echo >$RESTAT_READY`.
    notified,
    survived, ///< when the program is still running at the limit
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(readiness of) noexcept {
    using enum readiness;
    switch (of) {
    case started: return "started";
    case notified: return "notified";
    case survived: return "survived";
    }
    return "invalid";
}

} // namespace restat
