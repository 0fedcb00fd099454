#pragma once

#include "program.hpp"

/// A `restat` that runs a command which tells of each of its runs in one line, such as
/// `run 2 change: modified=a;`, and then stays.
class watched_command : public running_program {
public:
    watched_command(temporary_directory const& of, std::vector<std::string> const& options,
                    start_options how = {});

    /// The next line that the command prints, without its newline; empty if none comes.
    std::string next_line();
    /// How many lines it has printed, less those already taken.
    std::size_t lines_left() const;

private:
    std::size_t taken_ = 0;
};

/// `restat OPTION... -- /bin/sh -c SCRIPT`, looking often.
std::vector<std::string> shell_under_restat(std::vector<std::string> options,
                                            std::string const& script);
