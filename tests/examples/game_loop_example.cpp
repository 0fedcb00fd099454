// A game polls once a frame and reloads the assets that changed, in place: no thread, and no
// waiting anywhere. The time of the reloader is that of the frames.
#include <restat/basic_reloader.hpp>
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

/// A `waitable_clock` that shows when the frame began, so that all of a frame has one time.
class frame_clock {
public:
    explicit frame_clock(restat::time_point const& frame) : frame_{&frame} {}

    restat::time_point now() const noexcept { return *frame_; }
    restat::wake wait_until(restat::time_point when, std::stop_token stop) const {
        if (stop.stop_requested()) return restat::wake::stopped;
        return when <= now() ? restat::wake::deadline : restat::wake::hint; // never waits
    }

private:
    restat::time_point const* frame_;
};

struct game {
    void load(std::string const& asset) { ++loads[asset]; }
    std::map<std::string, int> loads;
};

} // namespace

int main() {
    restat::testing::temp_tree const assets;
    assets.write("textures/stone.png", "grey");
    assets.write("notes.txt", "no asset");

    game the_game;
    auto frame = std::chrono::steady_clock::now();
    restat::basic_reloader reloader{
        restat::tree_enumerator{assets.path()}, restat::glob_matcher{"*.{png,ogg}"},
        frame_clock{frame}, restat::callback_restart{[&](restat::change_set const& changes) {
            for (auto const& change : changes) the_game.load(change.path);
        }},
        restat::schedule{.interval = 100ms, .quiet_period = 50ms}};

    auto next = frame;
    bool edited = false;
    for (int frames = 0; frames < 2000 && the_game.loads.size() < 2; ++frames) {
        frame = std::chrono::steady_clock::now();
        if (frame >= next) {
            auto const result = reloader.poll();
            next = result.next;
            if (!edited && result.state == restat::poll_state::unchanged) {
                assets.write("textures/stone.png", "mossy");
                assets.write("sounds/step.ogg", "tap");
                assets.write("notes.txt", "still no asset");
                edited = true;
            }
        }
        std::this_thread::sleep_for(4ms); // draws
    }
    for (auto const& [asset, times] : the_game.loads) {
        std::printf("loaded %s %d time(s)\n", asset.c_str(), times);
    }
    bool const right = the_game.loads.size() == 2 &&
                       the_game.loads[assets / "textures/stone.png"] == 1 &&
                       the_game.loads[assets / "sounds/step.ogg"] == 1;
    return right ? 0 : 1;
}
