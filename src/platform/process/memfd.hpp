#pragma once

#include "platform/files/descriptor.hpp"

#include <string_view>

namespace restat::detail {

/// Returns a read-only descriptor of these bytes, positioned at the start: a sealed file in
/// memory. If the system refuses the sealed file, it is a file without a name. If RLIMIT_FSIZE
/// forbids files of this size, it is a pipe containing all bytes, for a single read. The number
/// is `lowest` or above, so it never becomes a standard stream. Empty with `errno` set on
/// failure.
/// \source memfd_create(2), F_ADD_SEALS(2const), O_TMPFILE in open(2), pipe(7) "Pipe capacity"
held_descriptor hold_bytes(char const* name, std::string_view bytes, int lowest = 3);

/// Returns true if `number` is an open descriptor of a sealed file in memory.
bool is_sealed_file(int number) noexcept;
/// Returns the inode number if the descriptor has another form of `hold_bytes`, otherwise 0.
unsigned long long identity_of_held_bytes(int number) noexcept;

} // namespace restat::detail
