#include "policies.hpp"

struct takes_no_matcher {
    void enumerate(restat::snapshot_builder&, std::error_code&) {}
};

void poll() {
    restat::basic_reloader{takes_no_matcher{}, matcher{}, idle_clock{}, strategy{}}.poll();
}
