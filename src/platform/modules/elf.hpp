#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace restat::detail {

/// Checks an open file for a complete program: an ELF file of this machine's byte order with all
/// its parts, or a script naming an interpreter. The result is clear for a complete program. For
/// any other format, possibly known to binfmt_misc, the result is clear unless the file is empty.
/// \source elf(5), execve(2)
std::error_code check_image(int file) noexcept;

/// Returns the interpreter in the first line of a script; empty for any other file.
std::string interpreter_of(int file);

/// Returns the linker's digest of the input of an ELF file; empty without such a note.
/// \source ld(1) --build-id
std::string build_id_of(int file);

/// Returns true if a module of this process has the build id and, with a path, was loaded from
/// the path.
/// \source dl_iterate_phdr(3)
bool is_loaded(std::string_view build_id, std::string_view from = {}) noexcept;

} // namespace restat::detail
