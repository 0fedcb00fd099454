#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/export.hpp>

#include <string>
#include <string_view>
#include <system_error>

namespace restat {

/// Decides whether a released image stays in memory.
enum class module_memory : unsigned char {
    unload, ///< unmaps the code; no function of the image may run or be called afterwards
    keep,   ///< leaves the code and the data in memory until the process ends
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(module_memory of) noexcept {
    using enum module_memory;
    switch (of) {
    case unload: return "unload";
    case keep: return "keep";
    }
    return "invalid";
}

/// Loads the images of a `module_restart`: shared objects by default, functions of the test with
/// `testing::memory_module_loader`. An image is a private copy of a module, named by a pointer.
/// \threads one at a time
class RESTAT_EXPORT module_loader {
public:
    virtual ~module_loader();

    /// Removes the copies of this module that an ended process left behind.
    virtual void remove_stale(std::string const& path) = 0;
    /// Copies the module without running any of its code, and returns the image.
    /// \errors `errc::incomplete` if the file is not whole, not final, or open for writing; the
    /// result is null after any error
    virtual void* copy(std::string const& path, std::error_code& error) = 0;
    /// Loads the copy, which runs its static constructors. Returns false and sets the reason on
    /// failure.
    virtual bool load(void* image, std::string& reason) = 0;
    /// Returns the address of a function or variable of a loaded image, or null.
    virtual void* find(void* image, char const* symbol) = 0;
    /// Removes the copy and, if loaded, unloads the image. Returns false if the system keeps an
    /// image in memory that was to be unloaded.
    virtual bool release(void* image, module_memory memory) = 0;
};

} // namespace restat
