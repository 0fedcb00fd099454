#pragma once

#include <restat/export.hpp>

#include <string_view>
#include <system_error>

namespace restat {

/// Returns whether a file is complete, judged by the file's own headers.
///
/// An ELF file (a program, a shared object, an object file) is whole if all its headers, segments
/// and sections lie inside the file. A file is not whole while a linker or a copy has written only
/// a part: `dlopen` of such a file ends the process by SIGBUS. A file of another format is whole
/// unless the file is empty.
///
/// The headers do not show a hole in the middle of a file whose size is already the full size. Wait
/// until the file is quiet, then call this function.
/// \errors the file cannot be read; the file does not count as whole then
/// \cost opens the file and reads its headers
/// \source elf(5)
[[nodiscard]] RESTAT_EXPORT bool is_whole(std::string_view path, std::error_code& error);
/// Does the same, and throws `reload_error` instead of setting an error.
[[nodiscard]] RESTAT_EXPORT bool is_whole(std::string_view path);

} // namespace restat
