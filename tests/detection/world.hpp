#pragma once

#include "detection/script.hpp"

#include <restat/change_set.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/observer.hpp>

#include <functional>
#include <string>
#include <string_view>

// A program that watches the fake file system and has loaded each file as it was told, while a
// script happens to the tree.
namespace detection {

using listing =
    std::function<void(restat::matcher_ref, restat::snapshot_builder&, std::error_code&)>;

/// The parts of a reloader that a mutant may have in another way.
struct reloader_parts {
    /// The tree named "tree" of these files.
    std::function<listing(restat::testing::memory_file_system const&)> files;
    /// Whether and when the object of this record was made; see `file_enumerator`.
    std::function<bool(restat::testing::memory_file_system const&, std::string_view path,
                       restat::stat_record const&, restat::stamp& made)>
        born;
    /// Whether a delivery at this time, so long after the one before, is handed on.
    std::function<bool(std::chrono::nanoseconds since_the_last)> hands_on;
    /// Whether the program loads its files before the baseline is taken, and not after.
    bool loads_first = false;
    /// Told what each generation of the reloader does.
    restat::observer* tell = nullptr;
    /// Whether the tree is looked at in slices of random length, with a whole scan now and then.
    bool in_slices = false;
};

/// Those that the library has.
reloader_parts right_parts();
/// The same, looked at in slices.
reloader_parts right_parts_in_slices();

/// Runs a script. What was wrong, in a sentence; nothing if all was right.
std::string run(script const& steps, stamping const& stamps, reloader_parts const& parts);

/// The same failure, or another, with as few steps as taking out some at a time can find.
script shrink(script steps, std::function<bool(script const&)> const& fails);

} // namespace detection
