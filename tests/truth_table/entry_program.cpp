// The program under test of `entry_points.cpp`: watches what it is given by one of the entry
// points and prints for which changes it was started.
//
//     entry_program ENTRY CONTENT|ANY PATH...
#include <restat/run.hpp>
#include <restat/stat_reloader.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;

namespace {

restat::options watch;

void say(std::string const& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

// What a run of a supervised program is told: KIND, a tab, PATH, a NUL.
void print_changes() {
    char const* const name = std::getenv("RESTAT_CHANGES");
    if (!name) return;
    std::ifstream from{name, std::ios::binary};
    std::string const all{std::istreambuf_iterator<char>{from}, {}};
    for (std::size_t at = 0; at < all.size();) {
        auto const end = all.find('\0', at);
        auto line = all.substr(at, end - at);
        if (auto const tab = line.find('\t'); tab != line.npos) line[tab] = ' ';
        say("change " + line);
        at = end + 1;
    }
}

void serve() {
    print_changes();
    say("serving");
    for (;;) ::pause();
}

void become_fresh() {
    restat::stat_reloader reloader{watch};
    restat::reloader_guard const watching{reloader};
    for (auto const& one : reloader.strategy().cause())
        say("change " + std::string{to_string(one.kind)} + ' ' + one.path);
    say("serving");
    for (;;) ::pause();
}

} // namespace

int main(int count, char** arguments) {
    if (count < 4) return 2;
    std::string_view const entry = arguments[1];
    watch.track.assign(arguments + 3, arguments + count);
    watch.interval = 20ms;
    watch.quiet_period = 500ms;
    watch.max_wait = 60s;
    if (std::string_view{arguments[2]} == "CONTENT") watch.compare = restat::comparison::content;
    if (entry == "stat_reloader") become_fresh();
    if (entry == "run_with_reloader") return restat::run_with_reloader(serve, watch);
    if (entry == "debug") return restat::debug(watch)(serve)();
    if (entry != "restart_with_reloader") return 2;
    if (!restat::is_reloader_child()) return restat::restart_with_reloader(watch);
    serve();
}
