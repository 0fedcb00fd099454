#pragma once

#include "config_file.hpp"

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

    /// Parses the arguments before `--`, then reads the configuration file. An option on the
    /// command line wins over the same option, or one that it excludes, in the file.
    /// \errors throws `usage_error` for an unknown option, a missing value, two options that
    /// exclude each other, or a fault of the file
    void parse(std::vector<std::string> arguments);

    /// Returns the arguments that are not options.
    std::vector<std::string> operands() const;
    std::string help() const { return app_.help(); }
    /// Returns a script for a shell; empty for another shell.
    std::string completion_script(std::string_view for_shell) const;
    std::string manual_page() const;

    /// Returns whether the value comes from the configuration file.
    bool is_from_file(option const& of) const { return places_.contains(of.get_name()); }
    /// Removes the value.
    void drop(option& value);
    /// Returns the places of the options of the configuration file.
    config_places const& places() const noexcept { return places_; }

private:
    option* single(char const* names, char const* value, char const* help);
    option* repeated(char const* names, char const* value, char const* help);
    option* flag(char const* names, char const* help);
    void add_files();
    void add_schedule();
    void add_command();
    void add_output();
    void check_known() const;
    void read_config();
    void apply(config_entry const& entry, std::string const& place);
    option& option_of(config_entry const& entry, std::string const& place);
    std::string hint_for_key(std::string const& key) const;
    bool is_for_command_line(option const& one) const noexcept;
    void exclude(option& one, option& other);

    CLI::App app_;
    config_places places_;
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
           *manual = nullptr, *config = nullptr;
};

} // namespace restat::cli
