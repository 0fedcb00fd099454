// The smallest model of each policy: each file here breaks one of them.
#pragma once

#include <restat/basic_reloader.hpp>

struct enumerator {
    void enumerate(restat::matcher_ref, restat::snapshot_builder&, std::error_code&) {}
};
struct matcher {
    restat::verdict operator()(restat::candidate const&) const noexcept {
        return restat::verdict::none;
    }
};
struct idle_clock {
    restat::time_point now() noexcept { return {}; }
    restat::wake wait_until(restat::time_point, std::stop_token) { return restat::wake::stopped; }
};
struct strategy {
    restat::restart_result restart(restat::change_set const&, std::error_code&) {
        return restat::restart_result::declined;
    }
};
