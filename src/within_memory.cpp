#include <restat/detail/within_memory.hpp>

#include <new>

namespace restat::detail {

void within_memory(std::error_code& error, void (*call)(void*), void* object) {
    try {
        call(object);
    } catch (std::bad_alloc const&) {
        error = std::make_error_code(std::errc::not_enough_memory);
    }
}

void without_exceptions(void (*call)(void*), void* object) noexcept {
    try {
        call(object);
    } catch (...) { // what was thrown first is under way, or the strategy's destructor follows
    }
}

} // namespace restat::detail
