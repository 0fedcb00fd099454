#pragma once

#include <cerrno>
#include <system_error>

namespace restat::detail {

inline std::error_code system_error(int number) noexcept {
    return {number, std::generic_category()};
}

/// The error of the system call that failed last on this thread.
inline std::error_code last_error() noexcept { return system_error(errno); }

} // namespace restat::detail
