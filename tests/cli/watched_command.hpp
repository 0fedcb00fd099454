#pragma once

#include "program.hpp"

/// A `restat` whose command prints a line for each of its runs, such as `run 2 change:
/// modified=a;`, and then stays.
class watched_command : public running_program {
public:
    watched_command(temporary_directory const& of, std::vector<std::string> const& options,
                    start_options how = {});

    /// Returns the next line of the command, without its newline; empty after a timeout.
    std::string next_line();
    /// Returns the number of printed lines not taken yet.
    std::size_t lines_left() const;

private:
    std::size_t taken_ = 0;
};

/// Returns the command line `restat OPTION... -- /bin/sh -c SCRIPT` with frequent scans.
std::vector<std::string> shell_under_restat(std::vector<std::string> options,
                                            std::string const& script);
