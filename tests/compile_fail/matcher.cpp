#include "policies.hpp"

struct may_throw {
    restat::verdict operator()(restat::candidate const&) const { return restat::verdict::none; }
};

void poll() {
    restat::basic_reloader{enumerator{}, may_throw{}, idle_clock{}, strategy{}}.poll();
}
