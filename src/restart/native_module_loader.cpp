#include "restart/native_module_loader.hpp"

#include "platform/modules/module_copy.hpp"
#include "platform/modules/shared_object.hpp"

#include <memory>

namespace restat {

module_loader::~module_loader() = default;

namespace detail {
namespace {

struct native_image {
    module_copy copy;
    void* object = nullptr;
};

native_image& native(void* image) noexcept { return *static_cast<native_image*>(image); }

} // namespace

void native_module_loader::remove_stale(std::string const& path) {
    remove_stale_copies(path, copies_);
}

void* native_module_loader::copy(std::string const& path, std::error_code& error) {
    auto made = std::make_unique<native_image>();
    made->copy = copy_module(path, copies_, error);
    return error ? nullptr : made.release();
}

bool native_module_loader::load(void* image, std::string& reason) {
    native(image).object = load_object(native(image).copy.path, reason);
    return native(image).object != nullptr;
}

void* native_module_loader::find(void* image, char const* symbol) {
    void* const object = native(image).object;
    return object ? find_symbol(object, symbol) : nullptr;
}

bool native_module_loader::release(void* image, module_memory memory) {
    std::unique_ptr<native_image> const last{&native(image)};
    bool is_gone = true;
    if (last->object && memory == module_memory::unload)
        is_gone = unload_object(last->object, last->copy.path);
    remove_copy(last->copy);
    return is_gone;
}

} // namespace detail
} // namespace restat
