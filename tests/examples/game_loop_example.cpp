// A game reloads changed assets in place. A frame has 300 us to spare, less than a full scan
// takes. Each frame continues the scan of the previous frame.
#include <restat/basic_reloader.hpp>
#include <restat/clock/sleep_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/temp_tree.hpp>

#include <cstdio>
#include <map>
#include <string>
#include <thread>

using namespace std::chrono_literals;

namespace {

struct game {
    void load(std::string const& asset) { ++loads[asset]; }
    std::map<std::string, int> loads;
};

} // namespace

int main() {
    restat::testing::temp_tree const assets;
    for (int i = 0; i < 500; ++i) assets.write("textures/" + std::to_string(i) + ".png", "grey");
    assets.write("notes.txt", "no asset");

    game the_game;
    restat::basic_reloader reloader{
        restat::tree_enumerator{assets.path()}, restat::glob_matcher{"*.{png,ogg}"},
        restat::sleep_clock{}, restat::callback_restart{[&](restat::change_set const& changes) {
            for (auto const& change : changes) the_game.load(change.path);
        }},
        restat::schedule{.interval = 100ms, .quiet_period = 50ms}};
    reloader.pin(assets / "textures/7.png"); // a file in active use

    bool edited = false;
    int frames = 0;
    for (; frames < 5000 && the_game.loads.size() < 2; ++frames) {
        auto const slice = reloader.poll_for(300us);
        if (!edited && slice.state == restat::poll_state::unchanged) { // the baseline is complete
            assets.write("textures/7.png", "mossy");
            assets.write("sounds/step.ogg", "tap");
            assets.write("notes.txt", "still no asset");
            edited = true;
        }
        std::this_thread::sleep_for(2ms); // draws
    }
    for (auto const& [asset, times] : the_game.loads) {
        std::printf("loaded %s %d time(s), after %d frames\n", asset.c_str(), times, frames);
    }
    bool const right = the_game.loads.size() == 2 &&
                       the_game.loads[assets / "textures/7.png"] == 1 &&
                       the_game.loads[assets / "sounds/step.ogg"] == 1;
    return right ? 0 : 1;
}
