#pragma once

#include "chosen_kinds.hpp"
#include "config_file.hpp"

#include <restat/event_use.hpp>
#include <restat/restart/command_options.hpp>
#include <restat/schedule.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace restat::cli {

/// The task of the program.
enum class task { answer, list, explain, print, command };
/// The format of a change on standard output.
enum class format { lines, records, json };
/// The part of the terminal that is cleared before each run.
enum class clearing { none, screen, scrollback };
enum class verbosity { quiet, normal, verbose };
enum class color { automatic, always, never };

/// The options for the selection of watched files, as given by the user.
struct file_settings {
    std::vector<std::string> paths;
    std::size_t operands = 0; ///< the first of the paths, which must exist
    std::vector<std::string> extensions;
    std::vector<std::string> globs;
    std::vector<std::string> regexes;
    std::vector<std::string> ignored_globs;
    std::vector<std::string> ignored_regexes;
    std::vector<std::string> ignored_dirs;
    std::vector<std::string> ignore_files;
    std::size_t depth = 0; ///< 0 without a limit
    bool gitignore = true;
    bool default_ignores = true;
    bool follow = false;
    event_use events = event_use::automatic;
};

/// The options of the program after all checks of the arguments.
struct settings {
    cli::task task = task::print;
    std::string answer; ///< text to print before exiting: the help, the version
    file_settings files;
    std::string explained; ///< the path of --explain
    chosen_kinds kinds;
    schedule when = {.interval = std::chrono::milliseconds{250}};
    command_options run;
    std::vector<std::string> listen;            ///< addresses of sockets for the command
    std::vector<std::string> environment_files; ///< read before each run
    std::string build;                          ///< for /bin/sh; empty without a build
    cli::clearing clearing = clearing::none;
    bool keys = false;        ///< keys control this program
    bool bell = false;        ///< ring at the end of each run
    bool quit_on_eof = false; ///< end at the end of standard input
    bool once = false;        ///< stop after the first delivery
    cli::format format = format::lines;
    cli::verbosity verbosity = verbosity::normal;
    cli::color color = color::automatic;
    config_places places; ///< of the options of --config, for later errors
};

/// The error for invalid arguments; what() is a sentence without its final stop.
class usage_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace restat::cli
