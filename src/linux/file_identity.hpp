#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace restat::detail {

/// What of a file is read to tell its content: of a binary with a build id that, and its size.
enum class read_of_others : bool { nothing, everything };

/// A few bytes that are equal for equal content; empty if that was not to be read, or could not.
/// \errors `errc::program_truncated` of a binary that is not whole
/// \cost of a binary a dozen system calls; of others none or the whole file
std::string content_identity(std::string const& path, read_of_others how, std::error_code& error);

/// Whether an identity is that of a binary that this process has loaded, of whatever size; from
/// the path if one is given.
bool is_loaded_binary(std::string const& identity, std::string_view from = {}) noexcept;

} // namespace restat::detail
