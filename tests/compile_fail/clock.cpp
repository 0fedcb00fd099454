#include "policies.hpp"

struct cannot_be_stopped {
    restat::time_point now() noexcept { return {}; }
    restat::wake wait_until(restat::time_point) { return restat::wake::deadline; }
};

void poll() {
    restat::basic_reloader{enumerator{}, matcher{}, cannot_be_stopped{}, strategy{}}.poll();
}
