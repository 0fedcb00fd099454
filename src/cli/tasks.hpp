#pragma once

#include "settings.hpp"

namespace restat::cli {

// The tasks of the program; each returns the exit status.
// \errors throw `usage_error` before any process is started

/// Prints the watched files.
int list_files(settings const& from);
/// Prints whether a path is watched and the deciding rule; the exit status gives the same answer.
int print_explanation(settings const& from);
/// Prints each change, until stopped.
int print_changes(settings const& from);
/// Runs the command, and again after each change, until stopped.
int run_command(settings from);

} // namespace restat::cli
