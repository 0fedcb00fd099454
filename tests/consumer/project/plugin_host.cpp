// plugin_host PLUGIN: loads the plug-in, sees it deliver a change, and unloads it; several times.
// Ends with 0 if each change was delivered and nothing of the plug-in stays mapped.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include <dlfcn.h>

namespace {

std::atomic<int> deliveries{0};

bool wait_for_delivery(int count) {
    for (int step = 0; step < 6000 && deliveries < count; ++step) {
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return deliveries >= count;
}

bool is_mapped(std::string const& path) {
    std::ifstream maps{"/proc/self/maps"};
    std::string const text{std::istreambuf_iterator<char>{maps}, {}};
    return text.find(path) != std::string::npos;
}

bool load_and_unload(char const* plugin, std::filesystem::path const& root, int round) {
    void* const module = dlopen(plugin, RTLD_NOW | RTLD_LOCAL);
    if (module == nullptr) return std::puts(dlerror()), false;
    auto const start =
        reinterpret_cast<void* (*)(char const*, void (*)())>(dlsym(module, "start"));
    auto const stop = reinterpret_cast<void (*)(void*)>(dlsym(module, "stop"));
    int const before = deliveries;
    void* const watcher = start(root.c_str(), [] { ++deliveries; });
    std::ofstream{root / "a.png"} << std::string(static_cast<std::size_t>(round) + 2, 'x');
    bool const delivered = wait_for_delivery(before + 1);
    stop(watcher);
    dlclose(module);
    if (!delivered) std::puts("the plug-in delivered nothing");
    if (is_mapped(plugin)) return std::puts("the plug-in is still mapped"), false;
    return delivered;
}

} // namespace

int main(int, char** arguments) {
    std::string name = (std::filesystem::temp_directory_path() / "restat-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) return 1;
    std::filesystem::path const root = name;
    std::ofstream{root / "a.png"} << "1";
    bool all = true;
    for (int round = 0; all && round < 3; ++round)
        all = load_and_unload(arguments[1], root, round);
    std::filesystem::remove_all(root);
    return all ? 0 : 1;
}
