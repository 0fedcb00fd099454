#pragma once

#include <restat/basic_reloader.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>

namespace support {

/// A reloader of the tree `t` in memory, with the file `t/a`, all records final.
template <restat::restart_strategy Restart>
struct stage_in_memory {
    using file_system = restat::testing::memory_file_system;

    explicit stage_in_memory(Restart strategy, restat::schedule when = {})
        : reloader{restat::basic_tree_enumerator<file_system>{"t", {}, files},
                   [](restat::candidate const&) noexcept { return restat::verdict::none; }, clock,
                   std::move(strategy), when} {
        files.follow(clock);
        files.write("t/a", "1");
        clock.advance(std::chrono::seconds{1});
    }

    restat::poll_result poll_after(std::chrono::nanoseconds pause) {
        clock.advance(pause);
        return reloader.poll();
    }

    restat::testing::manual_clock clock;
    file_system files;
    restat::basic_reloader<restat::basic_tree_enumerator<file_system>,
                           restat::verdict (*)(restat::candidate const&) noexcept,
                           restat::testing::manual_clock, Restart>
        reloader;
};

} // namespace support
