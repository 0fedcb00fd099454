#pragma once

#include <cstddef>

namespace restat::detail {

/// Gives the whole pages of a memory range back to the system. The content of the range is lost;
/// the range itself stays allocated. Has no effect on parts of pages.
/// \cost linear in the number of pages in use
/// \source madvise(2)
void release_pages(void* begin, std::size_t size) noexcept;

} // namespace restat::detail
