#pragma once

#include "linux/memfd.hpp"

#include <termios.h>

namespace restat::detail {

/// The controlling terminal, lent to a child's process group and taken back.
///
/// Who has it decides who gets its keys, and who is stopped by reading it. A shell gives it to the
/// job that this process is part of. In a pipeline that job has other members, which may read it
/// as a pager does, so there it is lent only to a child that was stopped because it wants it.
/// \source tcsetpgrp(3), termios(3), credentials(7), the GNU C Library manual, "Implementing a
/// Shell"
class terminal {
public:
    /// Opens it. False if this process has none.
    bool open() noexcept;
    void close() noexcept { file_.reset(); }

    /// Whether a child is given it at once: it is this process's input, and neither of its outputs
    /// is a pipe.
    bool is_for_child_at_start() const noexcept;
    /// Whether it is this process's to lend; notes its modes.
    bool can_lend() noexcept;
    /// Gives it to a group; the child itself does so before its exec.
    void lend_to(int group) const noexcept;
    /// Whether the group has it.
    bool is_lent_to(int group) const noexcept;
    /// Takes it from the group, or from a group that is gone, and puts the modes back.
    void take_back(int group) noexcept;

private:
    held_descriptor file_;
    termios modes_ = {};
    int own_group_ = 0;
};

/// Stops the job of this process, as Ctrl-Z would have done if the job had had the terminal: its
/// other members, then this process. Returns when it goes on, or at once where nobody could make
/// it go on.
/// \source tcsetpgrp(3), "orphaned process group" in credentials(7)
void stop_job() noexcept;
/// Stops this process alone in the same way.
void stop_this_process() noexcept;

} // namespace restat::detail
