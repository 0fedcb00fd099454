// A host that reloads a replaced plug-in, and keeps its own state.
//
//     plugin_host PLUGIN
#include "host.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/list_enumerator.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/restart/callback_restart.hpp>

#include <dlfcn.h>

using namespace std::chrono_literals;

namespace {

void* plugin = nullptr;
int loads = 0; // the kept state

void load(char const* file) {
    if (plugin) ::dlclose(plugin);
    plugin = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!plugin) {
        std::printf("cannot load: %s\n", ::dlerror());
        std::exit(1);
    }
    void* const symbol = ::dlsym(plugin, "edition");
    auto const edition = reinterpret_cast<int (*)()>(symbol); // NOLINT: required by dlsym
    say_serving("edition " + std::to_string(edition()) + " load " + std::to_string(++loads));
}

} // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    char const* const file = arguments[1];
    restat::basic_reloader reloader{restat::list_enumerator{file}, restat::any_matcher{},
                                    restat::interruptible_clock{},
                                    restat::callback_restart{[&](restat::change_set const&) {
                                        if (::access(file, R_OK) == 0) load(file);
                                    }},
                                    restat::schedule{.interval = 20ms}};
    reloader.baseline();
    load(file);
    reloader.run();
}
