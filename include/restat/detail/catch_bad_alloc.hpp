#pragma once

#include <restat/export.hpp>

#include <exception>
#include <string>
#include <system_error>

namespace restat::detail {

RESTAT_EXPORT void catch_bad_alloc(std::error_code& error, void (*call)(void*), void* object);

/// Calls `act` and turns a lack of memory into an error code. Other exceptions pass through. The
/// library compiles the handler, because a caller may include this header with exceptions
/// switched off.
template <class Act>
void catch_bad_alloc(std::error_code& error, Act act) {
    catch_bad_alloc(
        error, [](void* object) { (*static_cast<Act*>(object))(); }, &act);
}

RESTAT_EXPORT std::exception_ptr caught(void (*call)(void*), void* object);

/// Calls `act` and returns its exception, or null after a normal return.
template <class Act>
std::exception_ptr caught(Act act) {
    return caught([](void* object) { (*static_cast<Act*>(object))(); }, &act);
}

/// Calls `act` and returns its exception. A lack of memory is not returned, but becomes an error
/// code.
template <class Act>
std::exception_ptr caught(std::error_code& error, Act act) {
    return caught([&] { catch_bad_alloc(error, act); });
}

/// Returns the text of an exception; empty for a type other than `std::exception`.
RESTAT_EXPORT std::string message_of(std::exception_ptr const& thrown);

RESTAT_EXPORT void without_exceptions(void (*call)(void*), void* object) noexcept;

/// Calls `act` and drops its exception, for cleanup while another exception is already in flight.
template <class Act>
void without_exceptions(Act act) noexcept {
    without_exceptions([](void* object) { (*static_cast<Act*>(object))(); }, &act);
}

} // namespace restat::detail
