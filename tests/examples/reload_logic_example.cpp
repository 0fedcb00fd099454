// Tests of reload logic, with a file system in memory and a clock set by the test. No sleeps, no
// temporary files, each fault on demand.
#include <restat/basic_reloader.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <cstdio>
#include <string>

using namespace std::chrono_literals;
using restat::testing::file_call;
using restat::testing::manual_clock;
using restat::testing::memory_file_system;

namespace {

/// The logic under test: compiles changed shaders, and refuses a new list of levels during a
/// level.
struct reload_logic {
    restat::restart_result operator()(restat::change_set const& changes,
                                      std::error_code& reason) {
        if (playing && changes.contains("assets/levels.txt")) {
            reason = std::make_error_code(std::errc::device_or_resource_busy);
            return restat::restart_result::refused;
        }
        for (auto const& change : changes) done += change.path + ';';
        return restat::restart_result::restarted;
    }
    bool playing = false;
    std::string done;
};

struct fixture {
    memory_file_system files;
    manual_clock clock;
    reload_logic logic;

    auto make() {
        files.write("assets/stone.shader");
        files.write("assets/levels.txt", "one");
        files.advance(10ms); // past the tick, so the baseline is final
        return restat::basic_reloader{
            restat::basic_tree_enumerator<memory_file_system>{"assets", {}, files},
            restat::glob_matcher{{"*.shader", "levels.txt"}}, clock,
            restat::callback_restart{
                [this](restat::change_set const& changes, std::error_code& reason) {
                    return logic(changes, reason);
                }}};
    }

    // Advances the files and the reloader by the same time, with a poll every 10 ms.
    void play(auto& reloader, std::chrono::milliseconds time) {
        for (; time > 0ms; time -= 10ms) {
            files.advance(10ms);
            clock.advance(10ms);
            reloader.poll();
        }
    }
};

bool check(char const* what, bool holds) {
    std::printf("%s: %s\n", holds ? "ok" : "FAILED", what);
    return holds;
}

bool a_shader_is_compiled_once_for_each_save() {
    fixture f;
    auto reloader = f.make();
    reloader.poll();
    f.files.write("assets/stone.shader", "brighter");
    f.play(reloader, 500ms);
    return check("a shader is compiled once for each save",
                 f.logic.done == "assets/stone.shader;");
}

bool a_list_of_levels_waits_for_the_end_of_the_level() {
    fixture f;
    auto reloader = f.make();
    reloader.poll();
    f.logic.playing = true;
    f.files.write("assets/levels.txt", "one two");
    f.play(reloader, 3s);
    bool const waited = f.logic.done.empty();
    f.logic.playing = false;
    f.play(reloader, 6s);
    return check("a list of levels waits for the end of the level",
                 waited && f.logic.done == "assets/levels.txt;");
}

bool a_disk_that_fails_is_no_change() {
    fixture f;
    auto reloader = f.make();
    reloader.poll();
    f.files.fail_at("assets", file_call::open, std::errc::io_error);
    f.play(reloader, 500ms);
    bool const calm = f.logic.done.empty();
    f.files.heal();
    f.play(reloader, 500ms);
    return check("a disk that fails is no change", calm && f.logic.done.empty());
}

} // namespace

int main() {
    bool right = a_shader_is_compiled_once_for_each_save();
    right &= a_list_of_levels_waits_for_the_end_of_the_level();
    right &= a_disk_that_fails_is_no_change();
    return right ? 0 : 1;
}
