#include "allocations.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

#include <malloc.h>

namespace {

std::atomic<bool> counting{false};
std::atomic<std::size_t> calls{0};
std::atomic<std::size_t> live{0};
std::atomic<std::size_t> peak{0};

void* taken(void* block) {
    if (!block) throw std::bad_alloc{};
    if (!counting.load(std::memory_order_relaxed)) return block;
    ++calls;
    std::size_t const now = live += ::malloc_usable_size(block);
    std::size_t most = peak;
    while (most < now && !peak.compare_exchange_weak(most, now)) {
    }
    return block;
}

void give_back(void* block) noexcept {
    if (counting.load(std::memory_order_relaxed)) live -= ::malloc_usable_size(block);
    std::free(block);
}

} // namespace

// The forms for arrays and those that do not throw come down to these.
void* operator new(std::size_t size) {
    return taken(std::malloc(std::max<std::size_t>(size, 1)));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return taken(::memalign(static_cast<std::size_t>(alignment), size));
}
void operator delete(void* block) noexcept { give_back(block); }
void operator delete(void* block, std::size_t) noexcept { give_back(block); }
void operator delete(void* block, std::align_val_t) noexcept { give_back(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { give_back(block); }

namespace bench {

void count_allocations() noexcept { counting = true; }
allocations allocations_so_far() noexcept { return {calls, live, peak}; }

} // namespace bench
