#pragma once

#include "detection/script.hpp"

#include <restat/change_set.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/observer.hpp>

#include <functional>
#include <string>
#include <string_view>

// A program that watches the fake file system and loads each delivered file, while a script
// changes the tree.
namespace detection {

using listing =
    std::function<void(restat::matcher_ref, restat::snapshot_builder&, std::error_code&)>;

/// The parts of a reloader that a mutant may replace.
struct reloader_parts {
    /// Returns the enumeration of the tree "tree" of these files.
    std::function<listing(restat::testing::memory_file_system const&)> files;
    /// Returns true if the birth time of the object with this record is known; see
    /// `file_enumerator`.
    std::function<bool(restat::testing::memory_file_system const&, std::string_view path,
                       restat::stat_record const&, restat::stamp& made)>
        birth_time;
    /// Returns true if the program receives a delivery at this interval after the previous
    /// delivery.
    std::function<bool(std::chrono::nanoseconds since_the_last)> hands_on;
    /// Whether the program loads its files before the baseline instead of after.
    bool loads_first = false;
    /// Observes each generation of the reloader.
    restat::observer* observer = nullptr;
    /// Whether the reloader polls in slices of random length, with an occasional full scan.
    bool in_slices = false;
};

/// Returns the parts of the library.
reloader_parts right_parts();
/// Returns the parts of the library, polled in slices.
reloader_parts right_parts_in_slices();

/// Runs a script. Returns a sentence about the fault, or an empty string without a fault.
std::string run(script const& steps, stamping const& stamps, reloader_parts const& parts);

/// Returns a smaller script that still fails, found by removing steps.
script shrink(script steps, std::function<bool(script const&)> const& fails);

} // namespace detection
