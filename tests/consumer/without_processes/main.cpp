#include <restat/restat.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

// Delivers an edit of a listed file to a callback.
int main() {
    using namespace std::chrono_literals;
    char const* const file = "watched.txt";
    std::ofstream{file} << "first";
    std::size_t edits = 0;
    restat::basic_reloader reloader{
        restat::list_enumerator{{file}}, restat::glob_matcher{"*"}, restat::interruptible_clock{},
        restat::whole_file_restart{restat::callback_restart{
            [&](restat::change_set const& changes) { edits += changes.size(); }}},
        restat::schedule{.interval = 5ms, .quiet_period = 5ms}};
    reloader.baseline();
    std::ofstream{file} << "second";
    for (int n = 0; n < 10'000 && edits == 0; ++n) {
        reloader.poll_for(5ms);
        std::this_thread::sleep_for(5ms);
    }
    std::remove(file);
    return edits == 1 ? 0 : 1;
}
