#pragma once

#include <CLI/App.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// The options of the program, and the value given for each, as unchanged bytes.
class command_line {
public:
    using option = CLI::Option;

    command_line();
    command_line(command_line const&) = delete;

    /// Parses the arguments before `--`.
    /// \errors throws `usage_error` for an unknown option, a missing value, or two options that
    /// exclude each other
    void parse(std::vector<std::string> arguments);

    /// Returns the arguments that are not options.
    std::vector<std::string> operands() const;
    std::string help() const { return app_.help(); }
    /// Returns a script for a shell; empty for another shell.
    std::string completion_script(std::string_view for_shell) const;
    std::string manual_page() const;

private:
    option* single(char const* names, char const* value, char const* help);
    option* repeated(char const* names, char const* value, char const* help);
    option* flag(char const* names, char const* help);
    void add_files();
    void add_schedule();
    void add_command();
    void add_output();
    void check_known() const;

    CLI::App app_;
    std::string group_; // of the options added next

public:
    // Files
    option *extensions = nullptr, *globs = nullptr, *regexes = nullptr, *ignored_globs = nullptr,
           *ignored_regexes = nullptr, *ignored_dirs = nullptr, *no_gitignore = nullptr,
           *no_default_ignores = nullptr, *follow = nullptr, *paths_from = nullptr,
           *ignore_files = nullptr, *depth = nullptr, *kinds = nullptr, *list = nullptr,
           *explain = nullptr;
    // Schedule
    option *interval = nullptr, *quiet_period = nullptr, *max_wait = nullptr,
           *cpu_share = nullptr, *events = nullptr;
    // Command
    option *signal = nullptr, *grace = nullptr, *build = nullptr, *clear = nullptr,
           *keys = nullptr, *postpone = nullptr, *once = nullptr, *on_exit = nullptr,
           *loop_guard = nullptr, *shell = nullptr, *on_change = nullptr, *timeout = nullptr,
           *directory = nullptr, *bell = nullptr, *quit_on_eof = nullptr, *strays = nullptr,
           *environment_files = nullptr, *listen = nullptr;
    // Output
    option *records = nullptr, *json = nullptr, *quiet = nullptr, *verbose = nullptr,
           *color = nullptr, *help_wanted = nullptr, *version = nullptr, *completion = nullptr,
           *manual = nullptr;
};

} // namespace restat::cli
