#pragma once

#include <system_error>

namespace restat::detail {

/// System calls for which there is no older form.
enum class needed_call : unsigned char { clone, clone3 };

/// The error of such a call. If a sandbox may have refused it, by EPERM or ENOSYS, the message
/// names the call; the code equals the same conditions of `std::errc` as ever.
std::error_code error_of(needed_call which, int number) noexcept;

} // namespace restat::detail
