#pragma once

#include <restat/export.hpp>

#include <string_view>
#include <system_error>

namespace restat {

/// Returns whether a file is complete, as far as its own headers tell.
///
/// An ELF file (a program, a shared object, an object file) is whole if all its headers, segments
/// and sections lie inside it. A half that a linker or a copy wrote so far is not: `dlopen` of it
/// ends the process by SIGBUS. A file of another format is whole unless it is empty.
///
/// The headers do not show a hole in the middle of a file that has its full size already: wait
/// until the file is quiet, then ask.
/// \errors the file cannot be read; it does not count as whole then
/// \cost opens the file and reads its headers
/// \source elf(5)
[[nodiscard]] RESTAT_EXPORT bool is_whole(std::string_view path, std::error_code& error);
[[nodiscard]] RESTAT_EXPORT bool is_whole(std::string_view path);

} // namespace restat
