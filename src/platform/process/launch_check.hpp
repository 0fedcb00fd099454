#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace restat::detail {

/// Finds the file of a command name by the rules of a shell. A name with a slash is a path. Any
/// other name is searched in the directories of `search`, the value of PATH: the first executable
/// regular file wins.
/// A relative path, of the program or in PATH, begins at `directory`, unless that is empty.
/// \errors ENOENT, or EACCES if all matching files are unexecutable; the result is then `name`
/// \source execvp(3)
std::string find_program(std::string_view name, std::string_view search,
                         std::string const& directory, std::error_code& error);

/// Checks whether a file can be executed now: regular, executable, complete, without a writer.
/// For a script, its interpreter must pass too. Writers are detectable only for files of the
/// current user; for other files, only a write during the check is detected.
/// \errors the error of exec, `errc::program_changed`, `errc::program_truncated`
/// \source execve(2), F_SETLEASE(2const)
std::error_code check_program(std::string const& path);

/// Checks whether this process can make the directory its working directory.
/// \errors the error of chdir
std::error_code check_directory(std::string const& path) noexcept;

/// Returns true if a run of the file would have more rights than this process: by setuid, setgid
/// or capabilities of the file, or of a script's interpreter.
/// \source execve(2), AT_SECURE in getauxval(3), capabilities(7)
bool raises_privileges(std::string const& path);

/// Returns true if other users can write the file, or can give themselves this right.
bool is_writable_by_others(std::string const& path) noexcept;

} // namespace restat::detail
