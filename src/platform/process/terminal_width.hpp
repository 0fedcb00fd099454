#pragma once

#include <cstddef>

#include <sys/ioctl.h>

// Defined here alone, since the program needs this, and a shared library exports no private
// function.
namespace restat::detail {

/// Returns the columns of a terminal; 0 if unknown.
/// \source ioctl_tty(2)
inline std::size_t terminal_width(int descriptor) noexcept {
    winsize size{};
    return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

} // namespace restat::detail
