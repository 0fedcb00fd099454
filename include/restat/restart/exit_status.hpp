#pragma once

#include <restat/detail/language.hpp>

namespace restat {

/// How a process ended: by itself with a code, or by a signal.
struct exit_status {
    int code = 0;
    int signal = 0;    ///< 0 if it ended by itself
    bool core = false; ///< the signal left a core dump

    /// What a shell has in `$?`: the code, or 128 and the signal.
    constexpr int shell_status() const noexcept { return signal == 0 ? code : 128 + signal; }

    friend bool operator==(exit_status const&, exit_status const&) = default;
};

} // namespace restat
