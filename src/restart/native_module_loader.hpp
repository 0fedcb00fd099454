#pragma once

#include <restat/restart/module_loader.hpp>

#include <string>
#include <utility>

namespace restat::detail {

/// Loads shared objects from copies; `copies` is the parent of the private directory.
class native_module_loader final : public module_loader {
public:
    explicit native_module_loader(std::string copies) : copies_{std::move(copies)} {}

    void remove_stale(std::string const& path) override;
    void* copy(std::string const& path, std::error_code& error) override;
    bool load(void* image, std::string& reason) override;
    void* find(void* image, char const* symbol) override;
    bool release(void* image, module_memory memory) override;

private:
    std::string copies_;
};

} // namespace restat::detail
