#pragma once

#include <restat/export.hpp>

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

RESTAT_EXPORT void without_exceptions(void (*call)(void*), void* object) noexcept;

/// Calls `act`, and drops what it throws: for what is done while another exception is under way.
template <class Act>
void without_exceptions(Act act) noexcept {
    without_exceptions([](void* object) { (*static_cast<Act*>(object))(); }, &act);
}

} // namespace restat::detail
