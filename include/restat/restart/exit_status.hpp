#pragma once

#include <restat/detail/language.hpp>

namespace restat {

/// How a process ended: by itself with a code, or by a signal.
struct exit_status {
    int code = 0;
    int signal = 0;    ///< 0 if the process ended by itself
    bool core = false; ///< the signal left a core dump

    /// Returns the status as a shell reports it in `$?`: the code, or 128 plus the signal.
    constexpr int shell_status() const noexcept { return signal == 0 ? code : 128 + signal; }

    friend bool operator==(exit_status const&, exit_status const&) = default;
};

} // namespace restat
