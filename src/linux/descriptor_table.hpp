#pragma once

namespace restat::detail {

/// Makes each open descriptor from `first` on close-on-exec, or closes it, in the table of the
/// calling thread. Both make system calls alone, so that a forked child may call them, and a
/// thread that has borrowed another's memory.
/// \source close_range(2); proc_pid_fd(5) where the system lacks or refuses that
void close_on_exec_from(int first) noexcept;
void close_from(int first) noexcept;

} // namespace restat::detail
