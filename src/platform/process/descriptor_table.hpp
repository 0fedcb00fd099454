#pragma once

namespace restat::detail {

/// Makes each open descriptor from `first` on close-on-exec, or closes it, in the calling
/// thread's table. Both functions make only system calls, so a forked child may call them, and so
/// may a thread borrowing another thread's memory.
/// \source close_range(2); proc_pid_fd(5) if the system lacks or refuses close_range
void close_on_exec_from(int first) noexcept;
void close_from(int first) noexcept;

} // namespace restat::detail
