#pragma once

namespace restat::detail {

/// Returns the whole pages between two addresses to the system. Their content is lost. The block of
/// memory that contains them stays allocated and is then freed quickly.
/// \source madvise(2) MADV_DONTNEED
void release_pages(void* begin, void* end) noexcept;

} // namespace restat::detail
