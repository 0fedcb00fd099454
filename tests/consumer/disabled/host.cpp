// host EDITS: a game that is compiled twice, with the library and with RESTAT_DISABLED. Edits an
// asset and saves its settings, and runs until so many edits are delivered. Prints the number of
// threads and of edits.
#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/clock/sleep_clock.hpp>
#include <restat/compare_contents.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/own_write.hpp>
#include <restat/reloader_guard.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/restart/whole_file_restart.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace {

using namespace std::chrono_literals;

struct asset_table {
    int* edits;
    void operator()(restat::change_set const& changes) const {
        for (restat::change const& c : changes) {
            std::printf("%s\n", to_string(c).c_str());
            ++*edits;
        }
    }
};

struct journal : restat::observer {
    void on_finding(restat::finding const& found) noexcept override {
        std::printf("%s\n", to_string(found).c_str());
    }
};

struct engine {
    journal* findings = nullptr; // of a host that logs
    restat::asset_reloader<asset_table> assets;
    std::string settings = "assets/settings.toml";

    explicit engine(int& edits)
        : assets{restat::tree_enumerator{"assets", {.threads = 1}},
                 restat::glob_matcher{"*.{png,toml}"}, restat::sleep_clock{},
                 restat::callback_restart{asset_table{&edits}},
                 restat::schedule{.interval = 5ms, .quiet_period = 5ms}} {
        restat::compare_contents(assets);
        assets.observe(findings);
        assets.pin("assets/hero.png");
    }
    void save(char const* text) {
        restat::own_write const scope{assets, settings};
        std::ofstream{settings} << text;
    }
};

long threads() {
    namespace files = std::filesystem;
    return std::distance(files::directory_iterator{"/proc/self/task"}, {});
}

} // namespace

int main(int, char** arguments) {
    int edits = 0;
    int const expected = std::atoi(arguments[1]);
    std::filesystem::create_directory("assets");
    std::ofstream{"assets/hero.png"} << "first";
    engine game{edits};
    game.assets.baseline();

    restat::basic_reloader plugins{restat::tree_enumerator{"."}, restat::glob_matcher{"*.so"},
                                   restat::interruptible_clock{},
                                   restat::whole_file_restart{restat::callback_restart{
                                       [](restat::change_set const&) { std::puts("plugins"); }}}};
    restat::reloader_guard const watching{plugins};

    std::ofstream{"assets/hero.png"} << "second";
    game.save("volume = 1");
    for (int frame = 0; frame < 5000 && edits < expected; ++frame) {
        game.assets.poll_for(1ms);
        std::this_thread::sleep_for(5ms);
    }
    std::printf("threads %ld\nedits %d\n", threads(), edits);
}
