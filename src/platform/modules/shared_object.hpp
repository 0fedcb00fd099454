#pragma once

#include <string>

// Thin facades over dlopen(3).
namespace restat::detail {

/// Loads a shared object with local symbols, all of them bound. Null with a reason on failure.
void* load_object(std::string const& path, std::string& reason);
/// Returns the address of a symbol, or null.
void* find_symbol(void* object, char const* name) noexcept;
/// Unloads an object. Returns false if the system keeps the object in memory.
bool unload_object(void* object, std::string const& path) noexcept;

} // namespace restat::detail
