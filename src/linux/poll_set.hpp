#pragma once

/// Thin facade over epoll(7): a descriptor that is readable when one of several is.
namespace restat::os {

/// A new set, close-on-exec; -1 with `errno` set if there is none to be had.
int open_poll_set() noexcept;
/// Adds a descriptor, which leaves the set when it is closed.
void add_to_poll_set(int set, int descriptor) noexcept;

} // namespace restat::os
