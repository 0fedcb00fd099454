#include "platform/modules/shared_object.hpp"

#include <dlfcn.h>

namespace restat::detail {

void* load_object(std::string const& path, std::string& reason) {
    void* const object = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!object) {
        char const* const text = ::dlerror();
        reason = text ? text : "unknown error";
    }
    return object;
}

void* find_symbol(void* object, char const* name) noexcept { return ::dlsym(object, name); }

bool unload_object(void* object, std::string const& path) noexcept {
    ::dlclose(object);
    void* const still_there = ::dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD);
    if (!still_there) return true;
    ::dlclose(still_there);
    return false;
}

} // namespace restat::detail
