#include "policies.hpp"

struct says_nothing {
    void restart(restat::change_set const&, std::error_code&) {}
};

void poll() {
    restat::basic_reloader{enumerator{}, matcher{}, idle_clock{}, says_nothing{}}.poll();
}
