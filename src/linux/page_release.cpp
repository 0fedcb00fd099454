#include "linux/page_release.hpp"

#include <cstddef>
#include <cstdint>

#include <sys/mman.h>
#include <unistd.h>

namespace restat::detail {

// A failure changes nothing but the time that freeing the block takes.
void release_pages(void* begin, void* end) noexcept {
    auto const page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    auto const from = reinterpret_cast<std::uintptr_t>(begin);
    auto const last = reinterpret_cast<std::uintptr_t>(end) / page * page;
    auto const skipped = (page - from % page) % page;
    if (last <= from + skipped) return;
    ::madvise(static_cast<std::byte*>(begin) + skipped, last - from - skipped, MADV_DONTNEED);
}

} // namespace restat::detail
