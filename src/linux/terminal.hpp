#pragma once

#include <termios.h>

namespace restat::detail {

/// The controlling terminal on descriptor 0, lent to a child's process group and taken back.
/// \source tcsetpgrp(3), termios(3), the GNU C Library manual, "Implementing a Shell"
class terminal {
public:
    /// Whether descriptor 0 is the controlling terminal, whoever has it.
    static bool is_there() noexcept;
    /// Whether it is this process's to lend; notes its modes.
    bool can_lend() noexcept;
    /// Gives it to a group; the child itself does so before its exec.
    static void lend_to(int group) noexcept;
    /// Whether the group has it.
    static bool is_lent_to(int group) noexcept;
    /// Takes it from the group, or from a group that is gone, and puts the modes back.
    void take_back(int group) noexcept;

private:
    termios modes_ = {};
    int own_group_ = 0;
};

} // namespace restat::detail
