#pragma once

#include <chrono>
#include <string_view>

namespace restat::detail {

/// Writes a text to a descriptor while the reader takes bytes within the limit. Returns false if
/// a part remains unwritten. Raises neither SIGPIPE nor SIGXFSZ.
/// \source poll(2), write(2), sigtimedwait(2), PIPE_BUF in pipe(7)
bool bounded_write(int descriptor, std::string_view text,
                   std::chrono::milliseconds limit) noexcept;

} // namespace restat::detail
