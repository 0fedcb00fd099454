#include "restart/exec_settings.hpp"

#include <restat/error.hpp>

namespace restat::detail {

exec_options exec_settings(options const& watch, exec_options how) {
    refuse_readiness(watch);
    bool const is_own = how.grace != exec_options{}.grace;
    bool const is_of_reloader = watch.grace != options{}.grace;
    if (is_own && is_of_reloader && how.grace != watch.grace) {
        throw_error(std::make_error_code(std::errc::invalid_argument),
                    "use both options::grace and exec_options::grace");
    }
    if (!is_own) how.grace = watch.grace;
    if (watch.guard == loop_guard::off) how.guard = loop_guard::off;
    return how;
}

} // namespace restat::detail
