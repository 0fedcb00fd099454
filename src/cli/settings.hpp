#pragma once

#include <restat/restart/command_options.hpp>
#include <restat/schedule.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace restat::cli {

/// What the program is asked to do.
enum class task { answer, list, explain, print, command };
/// How a change is written on standard output.
enum class format { lines, records, json };
enum class verbosity { quiet, normal, verbose };
enum class colour { automatic, always, never };

/// Which files are watched.
struct file_settings {
    std::vector<std::string> paths;
    std::vector<std::string> extensions;
    std::vector<std::string> globs;
    std::vector<std::string> regexes;
    std::vector<std::string> ignored_globs;
    std::vector<std::string> ignored_regexes;
    std::vector<std::string> ignored_dirs;
    bool gitignore = true;
    bool default_ignores = true;
    bool follow = false;
};

/// What the arguments ask for, checked.
struct settings {
    cli::task task = task::print;
    std::string answer; ///< to print and be done: the help, the version
    file_settings files;
    std::string explained; ///< the path to be told about
    schedule when = {.interval = std::chrono::milliseconds{250}};
    command_options run;
    std::string build;  ///< for /bin/sh; empty if nothing is built
    bool clear = false; ///< the screen, before each run
    bool keys = false;  ///< are for this program
    bool once = false;  ///< done after the first delivery
    cli::format format = format::lines;
    cli::verbosity verbosity = verbosity::normal;
    cli::colour colour = colour::automatic;
};

/// Arguments that ask for nothing that can be done; what() is one sentence without its stop.
class usage_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace restat::cli
