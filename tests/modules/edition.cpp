// A module in several editions, as a game has it: a counter that survives a reload.
#include <restat/restart/module_state.hpp>

#include <cstring>

// Defined by a test that counts the runs of static constructors.
extern "C" __attribute__((weak)) int test_module_constructors;

namespace {

struct at_load {
    at_load() {
        if (&test_module_constructors) ++test_module_constructors;
    }
} const counted;

int count = 0;

} // namespace

extern "C" {

extern std::uint64_t const abi;
std::uint64_t const abi = 7;

int edition() { return EDITION; }
int next() { return ++count; }
bool save(restat::module_state* into) {
    into->version = 1;
    into->data = &count;
    into->size = sizeof count;
    return true;
}
bool restore(restat::module_state const* from) {
    if (from->version == 0) return true;
    if (from->size != sizeof count) return false;
    std::memcpy(&count, from->data, sizeof count);
    return true;
}
}
