#pragma once

#include <restat/basic_reloader.hpp>
#include <restat/own_write.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/recording_restart.hpp>

#include <string>
#include <vector>

namespace support {

namespace fakes = restat::testing;
using namespace restat;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

constexpr auto quiet = 100ms;

inline lines lines_of(fakes::recording_restart& from) {
    lines all;
    for (auto const& set : from.take()) {
        for (change const& c : set) all.push_back(to_string(c.kind).data() + (' ' + c.path));
    }
    return all;
}

// A game with its assets below `t`. Its time stands still between the polls, so all files that it
// writes meanwhile are written in the same tick.
struct saving_game {
    using tree = basic_tree_enumerator<fakes::memory_file_system>;

    saving_game() {
        files.follow(clock);
        for (auto const* name : {"t/a", "t/b", "t/sub/c"}) files.write(name, "1");
        clock.advance(1s);
        reloader.baseline();
    }

    own_write write_scope(path_list paths) {
        return own_write{reloader, std::move(paths), files};
    }
    void write_own(std::string const& path, std::string const& text) {
        auto const scope = write_scope(path);
        files.write(path, text);
    }
    lines poll(int times = 5) {
        for (int i = 0; i < times; ++i) {
            reloader.poll();
            clock.advance(quiet);
        }
        return lines_of(reloader.strategy());
    }
    lines poll_in_slices(int times = 60) {
        for (int i = 0; i < times; ++i) {
            reloader.poll_for(1ns);
            clock.advance(quiet / 10);
        }
        return lines_of(reloader.strategy());
    }

    fakes::memory_file_system files;
    fakes::manual_clock clock;
    basic_reloader<tree, verdict (*)(candidate const&) noexcept, fakes::manual_clock,
                   fakes::recording_restart>
        reloader{tree{path_list{"t"}, {.links = tree_options::symlinks::follow}, files},
                 [](candidate const& c) noexcept {
                     return c.path.ends_with(".tmp") ? verdict::exclude : verdict::none;
                 },
                 clock,
                 fakes::recording_restart{},
                 {.interval = quiet, .quiet_period = quiet}};
};

} // namespace support
