#pragma once

#include <restat/restart/module_restart.hpp>

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// An image of a module, released when its owner lets go of it.
class module_image {
public:
    module_image() noexcept = default;
    module_image(module_loader& loader, void* image) noexcept : loader_{&loader}, image_{image} {}
    module_image(module_image&& other) noexcept
        : loader_{other.loader_}, image_{std::exchange(other.image_, nullptr)} {}
    module_image& operator=(module_image&& other) noexcept {
        std::swap(loader_, other.loader_);
        std::swap(image_, other.image_);
        return *this;
    }
    ~module_image() { release(module_memory::unload); }

    explicit operator bool() const noexcept { return image_ != nullptr; }
    bool load(std::string& reason) { return loader_->load(image_, reason); }
    void* find(std::string const& symbol) const {
        return image_ ? loader_->find(image_, symbol.c_str()) : nullptr;
    }
    /// Returns false if the system keeps an image in memory that was to be unloaded.
    bool release(module_memory memory) {
        return !image_ || loader_->release(std::exchange(image_, nullptr), memory);
    }

private:
    module_loader* loader_ = nullptr;
    void* image_ = nullptr;
};

/// A function or variable of a module; the address belongs to the current version.
struct module_entry {
    std::string name;
    void* address = nullptr;
};

/// A module with its versions: the current, the next (proven, not swapped in yet), the former.
struct module_slot {
    module_options how = {}; // with an absolute path
    std::size_t group = 0;   // modules connected by dependencies have the same number
    std::size_t version = 0;
    std::deque<module_entry> entries = {}; // the addresses of elements are stable
    module_image current = {};
    module_image next = {};
    std::deque<module_image> former = {}; // the oldest first
    std::string rejection = {};
    bool reported_resident = false;
    bool is_stale = false; // a newer file was rejected only because of another module
    std::vector<module_slot*> dependencies = {};

    /// Returns the version that runs after the swap: the next version, or else the current.
    module_image const& coming() const noexcept { return next ? next : current; }
    /// Loads the next version and checks it. Returns false and sets the rejection on failure.
    bool prove();
    /// Makes the old version save its state. Returns false if this is impossible now.
    bool save(module_state& into);
    /// Makes the next version restore the state. Returns false and sets the rejection on refusal.
    bool restore(module_state const& from);
    /// Replaces the current version by the next, and stops the current version. Returns false if
    /// the system keeps a version in memory that was to be unloaded.
    bool advance();
    /// Calls `stop` of a version, if any. Ignores exceptions.
    void stop(module_image const& image) noexcept;
    /// Releases all versions. Those that the options keep stay in memory.
    void release();
};

} // namespace restat::detail
