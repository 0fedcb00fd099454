#pragma once

#include "platform/files/descriptor.hpp"

#include <csignal>

#include <termios.h>

namespace restat::detail {

/// The controlling terminal, lent to a child's process group and taken back.
///
/// The foreground group gets the signals of terminal keys; other groups are stopped when they
/// read the terminal. A shell gives the terminal to the job of this process. In a pipeline the
/// job has other members, such as a pager, reading the terminal too. There the terminal is lent
/// only to a child stopped for lack of the terminal.
/// \source tcsetpgrp(3), termios(3), credentials(7), the GNU C Library manual, "Implementing a
/// Shell"
class terminal {
public:
    /// Opens the terminal. Returns false if this process has none.
    bool open() noexcept;
    /// Closes this descriptor of the terminal; the terminal itself stays as it is.
    void close() noexcept { file_.reset(); }

    /// Returns true if a child gets the terminal at its start: it is this process's input, and
    /// neither stdout nor stderr is a pipe.
    bool is_for_child_at_start() const noexcept;
    /// Returns true if this process may lend the terminal; records the modes.
    bool can_lend() noexcept;
    /// Gives the terminal to a group; called by the child before its exec.
    void lend_to(int group) const noexcept;
    /// Returns true if the group has the terminal.
    bool is_lent_to(int group) const noexcept;
    /// Takes the terminal from the group, or from a group without processes, and restores the
    /// modes.
    void take_back(int group) noexcept;

private:
    held_descriptor file_;
    termios modes_ = {};
    int own_group_ = 0;
};

} // namespace restat::detail
