#pragma once

#include <system_error>

namespace restat::detail {

/// System calls without an older alternative.
enum class needed_call : unsigned char { clone, clone3 };

/// Returns the error of such a call. If a sandbox may have refused the call (EPERM or ENOSYS),
/// the message names the call. The code still compares equal to the usual conditions of
/// `std::errc`.
std::error_code error_of(needed_call which, int number) noexcept;

} // namespace restat::detail
