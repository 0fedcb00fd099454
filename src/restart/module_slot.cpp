#include "restart/module_slot.hpp"

#include <cstring>
#include <exception>

namespace restat::detail {
namespace {

using ready_hook = bool (*)();
using save_hook = bool (*)(module_state*);
using restore_hook = bool (*)(module_state const*);
using stop_hook = void (*)();

template <class Hook>
Hook hook(module_image const& image, std::string const& name) {
    return name.empty() ? nullptr : reinterpret_cast<Hook>(image.find(name));
}

// Calls a hook. An exception, whose code is part of the module, is destroyed before the call
// returns: the module may be unloaded next.
template <class Hook, class... Arguments>
bool answers(std::string& thrown, Hook call, Arguments... arguments) {
    try {
        return call(arguments...);
    } catch (std::exception const& what) {
        thrown = std::string{" threw: "} + what.what();
    } catch (...) {
        thrown = " threw an exception";
    }
    return false;
}

std::string missing_entry(module_slot const& of) {
    for (auto const& entry : of.entries) {
        if (!of.next.find(entry.name)) return entry.name;
    }
    auto const& how = of.how;
    for (auto const* const name :
         {&how.abi_symbol, &how.ready, &how.save, &how.restore, &how.stop}) {
        if (!name->empty() && !of.next.find(*name)) return *name;
    }
    return {};
}

bool has_abi(module_slot& of) {
    if (of.how.abi_symbol.empty()) return true;
    std::uint64_t is = 0;
    std::memcpy(&is, of.next.find(of.how.abi_symbol), sizeof is);
    if (is == of.how.abi) return true;
    of.rejection = "the ABI stamp is " + std::to_string(is) + ", and the host has " +
                   std::to_string(of.how.abi);
    return false;
}

bool is_ready(module_slot& of) {
    auto const ready = hook<ready_hook>(of.next, of.how.ready);
    std::string thrown = " returned false";
    if (!ready || answers(thrown, ready)) return true;
    of.rejection = of.how.ready + thrown;
    return false;
}

void* find_in_dependency(void const* module, std::size_t dependency, char const* symbol) {
    auto const& all = static_cast<module_slot const*>(module)->dependencies;
    return dependency < all.size() ? all[dependency]->coming().find(symbol) : nullptr;
}

} // namespace

bool module_slot::prove() {
    for (auto const* const one : dependencies) {
        if (one->coming()) continue;
        rejection = "the dependency " + one->how.path + " is not loaded";
        return false;
    }
    std::string reason;
    if (!next.load(reason)) {
        rejection = "the load failed: " + reason;
        return false;
    }
    if (auto const name = missing_entry(*this); !name.empty()) {
        rejection = "the entry point " + name + " is missing";
        return false;
    }
    return has_abi(*this) && is_ready(*this);
}

bool module_slot::save(module_state& into) {
    into = {.host = how.host, .find_in = &find_in_dependency, .module = this};
    auto const call = current ? hook<save_hook>(current, how.save) : nullptr;
    if (!call) return true;
    std::string thrown;
    bool const is_saved = answers(thrown, call, &into);
    into.find_in = &find_in_dependency;
    into.module = this;
    return is_saved;
}

bool module_slot::restore(module_state const& from) {
    auto const call = hook<restore_hook>(next, how.restore);
    std::string thrown = " refused the state of version " + std::to_string(from.version);
    if (!call || answers(thrown, call, &from)) return true;
    rejection = how.restore + thrown;
    return false;
}

bool module_slot::advance() {
    for (auto& entry : entries) entry.address = next.find(entry.name);
    stop(current);
    if (current) former.push_back(std::move(current));
    current = std::move(next);
    next = {};
    ++version;
    rejection.clear();
    is_stale = false;
    bool are_gone = true;
    for (; former.size() > how.former_versions; former.pop_front())
        are_gone = former.front().release(module_memory::unload) && are_gone;
    return are_gone;
}

void module_slot::stop(module_image const& image) noexcept {
    std::string ignored;
    auto const call = image ? hook<stop_hook>(image, how.stop) : nullptr;
    if (!call) return;
    answers(ignored, [call] {
        call();
        return true;
    });
}

void module_slot::release() {
    bool const keeps = how.former_versions == module_options::keep_all;
    auto const memory = keeps ? module_memory::keep : module_memory::unload;
    next.release(module_memory::unload);
    current.release(memory);
    for (auto& one : former) one.release(memory);
}

} // namespace restat::detail
