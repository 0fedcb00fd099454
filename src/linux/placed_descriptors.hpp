#pragma once

#include <cstddef>

namespace restat::detail {

/// Number of the first descriptor that a program is given by the contract of sd_listen_fds(3).
inline constexpr int first_placed = 3;

/// Gives descriptors the numbers from `first_placed` on, in their order, and lets them pass an
/// exec. What had the numbers is closed. For a table of descriptors that is the caller's own:
/// that of a forked child, or of a thread that shares none. `numbers` is written over.
///
/// Async-signal-safe, and of no more than system calls.
/// \errors false with `errno` set, the table then being in any state
bool place_descriptors(int* numbers, std::size_t count) noexcept;

/// A descriptor of the same file behind those that are placed, close-on-exec; -1 if there is none.
int beyond_placed(int number, std::size_t count) noexcept;

/// Writes the number of a process where one of the strings is `room_for_pid`.
/// Async-signal-safe.
void tell_pid(char* const* environment, int pid) noexcept;

/// "LISTEN_PID=" with room for any number.
inline constexpr char room_for_pid[] = "LISTEN_PID=0000000000";

} // namespace restat::detail
