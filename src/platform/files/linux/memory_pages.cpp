#include "platform/files/memory_pages.hpp"

#include <cstdint>

#include <sys/mman.h>
#include <unistd.h>

namespace restat::detail {

void release_pages(void* begin, std::size_t size) noexcept {
    auto const page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    auto const address = reinterpret_cast<std::uintptr_t>(begin);
    auto const skipped = (page - address % page) % page;
    if (size < skipped + page) return;
    auto const whole = (size - skipped) / page * page;
    ::madvise(static_cast<char*>(begin) + skipped, whole, MADV_DONTNEED);
}

} // namespace restat::detail
