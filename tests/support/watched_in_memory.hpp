#pragma once

#include <restat/basic_reloader.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/recording_restart.hpp>

namespace restat::testing {

/// A reloader of a tree in memory that writes down what it would restart for.
using reloader_in_memory =
    basic_reloader<basic_tree_enumerator<memory_file_system>,
                   verdict (*)(candidate const&) noexcept, manual_clock, recording_restart>;

/// Watches all below `t`.
inline reloader_in_memory watch_in_memory(memory_file_system const& files,
                                          manual_clock const& clock,
                                          std::chrono::nanoseconds interval) {
    return {basic_tree_enumerator<memory_file_system>{"t", {}, files},
            [](candidate const&) noexcept { return verdict::none; }, clock, recording_restart{},
            schedule{.interval = interval}};
}

} // namespace restat::testing
