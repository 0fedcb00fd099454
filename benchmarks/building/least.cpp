// The least composition: a list of files and a callback.
#include <restat/basic_reloader.hpp>
#include <restat/clock/sleep_clock.hpp>
#include <restat/enumerator/list_enumerator.hpp>
#include <restat/matcher/predicate.hpp>
#include <restat/restart/callback_restart.hpp>

#include <cstdio>

int main() {
    restat::basic_reloader reloader{
        restat::list_enumerator{{"a", "b"}},
        restat::predicate{
            [](restat::candidate const&) noexcept { return restat::verdict::include; }},
        restat::sleep_clock{}, restat::callback_restart{[](restat::change_set const& changes) {
            std::printf("%zu\n", changes.size());
        }}};
    reloader.baseline();
    reloader.poll();
}
