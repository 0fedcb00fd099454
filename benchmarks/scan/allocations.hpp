#pragma once

#include <cstddef>

namespace bench {

/// What was asked of `operator new` since `count_allocations()`; nothing is counted before, so
/// that it slows down nobody.
struct allocations {
    std::size_t calls = 0;
    std::size_t live = 0; ///< bytes, as the allocator rounds them
    std::size_t peak = 0; ///< the most that were live at once
};

void count_allocations() noexcept;
allocations allocations_so_far() noexcept;

} // namespace bench
