#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace restat::detail {

/// Selects the bytes to read from files without a build id. Of a binary with a build id, only the
/// build id and the size are read.
enum class read_of_others : bool { nothing, everything };

/// Returns a few bytes, equal for equal content; empty for unread or unreadable content.
/// \errors `errc::program_truncated` for an incomplete binary
/// \cost a dozen system calls for a binary; nothing or the whole file otherwise
std::string content_identity(std::string const& path, read_of_others how, std::error_code& error);

/// Returns true if this process has loaded a binary with this identity, at any size, and, with a
/// path, from the path.
bool is_loaded_binary(std::string const& identity, std::string_view from = {}) noexcept;

/// Returns true if the path leads to the very file that this process runs. The kernel refuses
/// writers to a running program, so the process has the whole content of this file.
/// \source proc_pid_exe(5), ETXTBSY in open(2)
bool is_running_program(std::string const& path) noexcept;

} // namespace restat::detail
