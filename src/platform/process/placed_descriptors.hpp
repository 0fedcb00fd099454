#pragma once

#include <cstddef>

namespace restat::detail {

/// Number of the first descriptor passed to a program by the contract of sd_listen_fds(3).
inline constexpr int first_placed = 3;

/// Gives descriptors the numbers from `first_placed` on, in their order, and keeps them open
/// across an exec. Closes the earlier descriptors with these numbers. Requires a descriptor table
/// of the caller's own: in a forked child, or in a thread with an unshared table. Overwrites
/// `numbers`.
///
/// Async-signal-safe; makes only system calls.
/// \errors false with `errno` set; the state of the table is then undefined
bool place_descriptors(int* numbers, std::size_t count) noexcept;

/// Duplicates a descriptor to a number behind the placed descriptors, close-on-exec; -1 on
/// failure.
int beyond_placed(int number, std::size_t count) noexcept;

/// Writes a pid into the string `room_for_pid` of an environment. Async-signal-safe.
void write_listen_pid(char* const* environment, int pid) noexcept;

/// "LISTEN_PID=" with room for any number.
inline constexpr char room_for_pid[] = "LISTEN_PID=0000000000";

} // namespace restat::detail
