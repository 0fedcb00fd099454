#pragma once

#include "settings.hpp"

namespace restat::cli {

// What the program can be asked to do; each returns the exit status.
// \errors throw `usage_error` before anything is started

/// Prints the watched files.
int list_files(settings const& from);
/// Prints whether a path is watched and which rule decided; the status says the same.
int tell_why(settings const& from);
/// Prints each change, until ended.
int print_changes(settings const& from);
/// Runs the command, and again on each change, until ended.
int run_command(settings from);

} // namespace restat::cli
