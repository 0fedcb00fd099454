#pragma once

#include <restat/export.hpp>

#include <string>
#include <string_view>
#include <system_error>

namespace restat::detail {

/// The file that `name` stands for by the rules of a shell: itself if it has a slash, else the
/// first executable regular file of that name in the directories of `search`, the value of PATH.
/// \errors ENOENT, or EACCES if there is one that may not be executed; the result is then `name`
/// \source execvp(3)
RESTAT_EXPORT std::string find_program(std::string_view name, std::string_view search,
                                       std::error_code& error);

/// Whether a file can be executed now: regular, executable, whole, and nobody writes it; and if
/// it is a script, whether that holds of what runs it. That nobody writes a file can be learned
/// only of files that are this user's own, else that nobody did while it was looked at.
/// \errors what exec would say, `errc::program_changed`, `errc::program_truncated`
/// \source execve(2), F_SETLEASE(2const)
RESTAT_EXPORT std::error_code check_program(std::string const& path);

/// Whether a run of the file would have more rights than this process: by setuid, setgid or
/// capabilities of the file, or of a script's interpreter.
/// \source execve(2), AT_SECURE in getauxval(3), capabilities(7)
RESTAT_EXPORT bool raises_privileges(std::string const& path);

/// Whether users other than this one can write a file, or make it so that they can.
RESTAT_EXPORT bool is_writable_by_others(std::string const& path) noexcept;

} // namespace restat::detail
