#pragma once

#include <chrono>
#include <string_view>

namespace restat::sys {

/// Writes a text to a descriptor, for as long as the reader takes bytes within the limit. False if
/// a part of it was not written. Raises no SIGPIPE and no SIGXFSZ.
/// \source poll(2), write(2), sigtimedwait(2), PIPE_BUF in pipe(7)
bool bounded_write(int descriptor, std::string_view text,
                   std::chrono::milliseconds limit) noexcept;

} // namespace restat::sys
