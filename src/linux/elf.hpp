#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace restat::detail {

/// Whether an open file is a whole program: an ELF file of this machine's byte order all of which
/// is there, or a script that names an interpreter. Clear if so; clear also for a format of
/// neither kind, which binfmt_misc may know, unless the file is empty.
/// \source elf(5), execve(2)
std::error_code check_image(int file) noexcept;

/// The interpreter that the first line of a script names; empty for any other file.
std::string interpreter_of(int file);

/// What the linker made of all that went into an ELF file; empty if it has no such note.
/// \source ld(1) --build-id
std::string build_id_of(int file);

/// Whether a module of this process has the build id, and was loaded from the path if one is given.
/// \source dl_iterate_phdr(3)
bool is_loaded(std::string_view build_id, std::string_view from = {}) noexcept;

} // namespace restat::detail
