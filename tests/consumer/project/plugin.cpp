// A plug-in that embeds restat and watches on a thread of its own until it is stopped.
#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/matcher/regex_matcher.hpp>
#include <restat/reloader_guard.hpp>
#include <restat/restart/callback_restart.hpp>

#include <functional>

namespace {

using callback = std::function<void(restat::change_set const&)>;

struct watcher {
    restat::basic_reloader<restat::tree_enumerator, restat::any_matcher,
                           restat::interruptible_clock, restat::callback_restart<callback>>
        reloader;
    restat::reloader_guard guard{reloader};

    watcher(char const* root, void (*delivered)())
        : reloader{
              restat::tree_enumerator{root},
              restat::any_matcher{restat::glob_matcher{"*.png"} & restat::regex_matcher{"a"}},
              restat::interruptible_clock{},
              restat::callback_restart<callback>{[delivered](auto const&) { delivered(); }},
              restat::schedule{.interval = std::chrono::milliseconds{20}}} {}
};

} // namespace

extern "C" __attribute__((visibility("default"))) void* start(char const* root,
                                                              void (*delivered)()) {
    return new watcher{root, delivered};
}

extern "C" __attribute__((visibility("default"))) void stop(void* object) {
    delete static_cast<watcher*>(object);
}
