#include <restat/detail/catch_bad_alloc.hpp>

#include <new>

namespace restat::detail {

void catch_bad_alloc(std::error_code& error, void (*call)(void*), void* object) {
    try {
        call(object);
    } catch (std::bad_alloc const&) {
        error = std::make_error_code(std::errc::not_enough_memory);
    }
}

std::exception_ptr caught(void (*call)(void*), void* object) {
    try {
        call(object);
    } catch (...) {
        if (auto thrown = std::current_exception()) return thrown;
        throw; // not an exception of C++: the thread is being canceled
    }
    return {};
}

std::string message_of(std::exception_ptr const& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (std::exception const& exception) {
        return exception.what();
    } catch (...) {
        return {};
    }
}

void without_exceptions(void (*call)(void*), void* object) noexcept {
    try {
        call(object);
    } catch (...) { // the first exception is in flight, or the strategy's destructor follows
    }
}

} // namespace restat::detail
