#pragma once

#include <restat/detail/language.hpp>

#include <cstddef>
#include <cstdint>

namespace restat {

/// The state passed from one version of a module to the next. Host and modules share this struct.
///
///     extern "C" bool game_save(restat::module_state* into) {
///         *into = {.version = 2, .data = &state, .size = sizeof state, .host = into->host};
///         return true;
///     }
///     extern "C" bool game_restore(restat::module_state const* from) {
///         if (from->version == 0) return true; // the first load
///         if (from->version != 2 || from->size != sizeof state) return false;
///         std::memcpy(&state, from->data, sizeof state);
///         return true;
///     }
struct module_state {
    std::uint32_t version = 0;  ///< the layout of the state, chosen by the module; 0 at first
    void const* data = nullptr; ///< bytes of the old version, valid while `restore` runs
    std::size_t size = 0;       ///< the number of bytes
    void* host = nullptr;       ///< the pointer in `module_options::host`

    /// Returns the address of a symbol in the n-th dependency of the module, or null. In
    /// `restore`, the dependency is the version that runs from then on.
    void* find(std::size_t dependency, char const* symbol) const {
        return find_in ? find_in(module, dependency, symbol) : nullptr;
    }

    /// Used by `find`.
    void* (*find_in)(void const* module, std::size_t dependency, char const* symbol) = nullptr;
    void const* module = nullptr; ///< used by `find`
};

} // namespace restat
