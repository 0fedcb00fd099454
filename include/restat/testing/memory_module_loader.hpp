#pragma once

#include <restat/restart/module_loader.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace restat::testing {

/// A module made of functions of the test: its symbols and its faults.
struct memory_module {
    std::map<std::string, void*> symbols = {}; ///< the address of each function and variable
    std::string load_error = {};               ///< the reason why it cannot be loaded; or empty
    bool is_complete = true;                   ///< false: the file is not whole yet
    bool stays_in_memory = false;              ///< as a module with unique symbols does

    /// Adds a function, such as a lambda without captures, as `+[] { return true; }`.
    template <class Result, class... Arguments>
    memory_module& with(std::string name, Result (*function)(Arguments...)) {
        symbols[std::move(name)] = reinterpret_cast<void*>(function);
        return *this;
    }
    /// Adds a variable, which must outlive the loader.
    template <class Value>
    memory_module& with(std::string name, Value& variable) {
        symbols[std::move(name)] = &variable;
        return *this;
    }
};

/// A `module_loader` for files of a `memory_file_system`: the content of a file is the name of a
/// `memory_module`. So a test edits a module by writing another name.
///
/// Copies share the same modules and records. A file with an unknown name cannot be loaded, and an
/// empty file is incomplete.
/// \threads one at a time
class memory_module_loader final : public module_loader {
public:
    explicit memory_module_loader(memory_file_system files);

    /// Defines the module that a file with this content is.
    void define(std::string content, memory_module module) const;
    /// Makes the next `count` copies fail with this error.
    void fail_copies(std::error_code with, std::size_t count = 1) const;
    /// Returns the calls since the last `take`: "load v1", "unload v1", "keep v1", and "drop v1"
    /// for a copy that was never loaded.
    std::vector<std::string> take() const;
    /// Returns the number of copies that are not released.
    std::size_t copies() const;

    void remove_stale(std::string const& path) override;
    void* copy(std::string const& path, std::error_code& error) override;
    bool load(void* image, std::string& reason) override;
    void* find(void* image, char const* symbol) override;
    bool release(void* image, module_memory memory) override;

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace restat::testing
