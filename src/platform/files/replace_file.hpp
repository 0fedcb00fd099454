#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace restat::detail {

/// Replaces a file, or creates a file that only its owner can read. A reader sees the old bytes or
/// the new bytes, and never a part, also after a crash of the machine.
///
/// Writes the bytes to another file in the same directory, then to the device, and renames the
/// file. The name of the other file is `.NAME.NUMBER~`, which the default ignores exclude. The
/// rename may reach the device later, so a crash may leave the old bytes. A failure leaves the old
/// file alone. A kill may leave the other file, too. A device, a pipe or a socket is not replaced:
/// `invalid_argument`.
/// \source rename(2), fsync(2)
void replace_file(std::string const& path, std::string_view bytes, std::error_code& error);

} // namespace restat::detail
