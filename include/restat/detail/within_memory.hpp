#pragma once

#include <restat/export.hpp>

#include <exception>
#include <string>
#include <system_error>

namespace restat::detail {

RESTAT_EXPORT void within_memory(std::error_code& error, void (*call)(void*), void* object);

/// Calls `act`; turns a lack of memory into an error code. Other exceptions pass. Compiled apart,
/// since the header that needs it may be used where exceptions are switched off.
template <class Act>
void within_memory(std::error_code& error, Act act) {
    within_memory(
        error, [](void* object) { (*static_cast<Act*>(object))(); }, &act);
}

RESTAT_EXPORT std::exception_ptr caught(void (*call)(void*), void* object);

/// Calls `act` and returns the exception that it threw, or null.
template <class Act>
std::exception_ptr caught(Act act) {
    return caught([](void* object) { (*static_cast<Act*>(object))(); }, &act);
}

/// As `caught`; a lack of memory becomes an error code alone, any other exception both.
template <class Act>
std::exception_ptr caught(std::error_code& error, Act act) {
    return caught([&] { within_memory(error, act); });
}

/// Returns the text of an exception; empty if it is no `std::exception`.
RESTAT_EXPORT std::string message_of(std::exception_ptr const& thrown);

RESTAT_EXPORT void without_exceptions(void (*call)(void*), void* object) noexcept;

/// Calls `act`, and drops what it throws: for what is done while another exception is under way.
template <class Act>
void without_exceptions(Act act) noexcept {
    without_exceptions([](void* object) { (*static_cast<Act*>(object))(); }, &act);
}

} // namespace restat::detail
