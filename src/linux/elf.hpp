#pragma once

#include <system_error>

namespace restat::detail {

/// Whether an open file is a whole program: an ELF file of this machine's byte order all of which
/// is there, or a script whose interpreter is. Clear if so; clear also for a format of neither
/// kind, which binfmt_misc may know, unless the file is empty.
/// \source elf(5), execve(2)
std::error_code check_image(int file) noexcept;

} // namespace restat::detail
