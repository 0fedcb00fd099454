// CLI11 receives only names and help texts. Values stay the bytes given by the user; other files
// interpret them, so that each error names the option, the value and the reason.

#include "command_line.hpp"

#include "completion.hpp"
#include "hints.hpp"
#include "manual_page.hpp"
#include "path_files.hpp"
#include "settings.hpp"

#include <restat/escape.hpp>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace restat::cli {
namespace {

constexpr char const* description =
    "Watches files by their status. Runs COMMAND, and again after each change; without COMMAND, "
    "prints the changes.";
constexpr char const* footer =
    R"(PATH is a file, or a directory with everything below; the default is '.'. A file given
as a PATH is watched regardless of -e, -g, -r, .gitignore and the default ignores; only
-i and -x exclude it. A file that git tracks is watched even if .gitignore matches it; a
split index of git is not read. A GLOB that starts with / matches absolute paths.
DUR is 50ms, 2s, 1.5s, 1m; a bare number is seconds.

The FILE of --config has lines such as ext = "cpp,hpp", ignore = ["build", "*.log"],
interval = 2 and follow = true: the long names of options, without the dashes.

The command gets its arguments unchanged, without a shell, and RESTAT_GENERATION,
RESTAT_REASON and RESTAT_CHANGES in its environment. An argument that is exactly {}
becomes the changed paths, each an argument; without changes, it is left out. The
command inherits the descriptors of restat beside 0, 1 and 2. When restat stops the
command, it also stops all processes that the command started, even in sessions of
their own, unless --strays leave is given.

With -o wait, the files that change during a run cause a single further run. With
-o signal, only the first process of the command gets the signal.

With -k the command reads nothing and has no terminal. While restat is paused, no
change is lost.

With --once and --on-exit quit, the exit status is the status of the command, or 126 or
127 if the command cannot be run or found. With --explain, the status is 0 if the path
is watched and 1 if not. Mistakes in the arguments give 2.)";

#ifdef RESTAT_WITHOUT_PCRE2
constexpr char const* regex_help = "Refused: this program is built without regular expressions";
constexpr char const* ignored_regex_help = regex_help;
#else
constexpr char const* regex_help = "Only files whose path contains a match of this PCRE2 pattern";
constexpr char const* ignored_regex_help = "Exclude paths that contain a match";
#endif

constexpr char const* hidden = ""; // the group of an option for the build of restat alone

class usage_formatter : public CLI::Formatter {
public:
    std::string make_usage(CLI::App const*, std::string) const override {
        return "Usage: restat [OPTION]... [PATH]... [-- COMMAND [ARG]...]\n";
    }
};

bool is_option(std::string_view argument) noexcept {
    return argument.size() > 1 && argument.front() == '-';
}

// Translates two messages of CLI11: "--glob: 1 required TEXT missing" and "list was given a
// disallowed flag override".
std::string mismatch(std::string_view reason) {
    auto const name = reason.substr(0, reason.find_first_of(": "));
    if (name.starts_with('-'))
        return fmt::format("option '{}' needs a value{}", name, hint_for_missing_value(name));
    return fmt::format("option '{}{}' takes no value", name.size() == 1 ? "-" : "--", name);
}

/// Returns the reason why an option cannot have a value of this form; empty if it can.
std::string_view fault_of(config_form form, CLI::Option const& option) {
    bool const is_flag = option.get_items_expected_max() == 0;
    if (is_flag) return form == config_form::boolean ? "" : "takes true or false";
    if (form == config_form::boolean) return "takes a text or a number";
    bool const takes_list = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    return form == config_form::list && !takes_list ? "takes a single value" : "";
}

} // namespace

command_line::command_line() : app_{description} {
    app_.formatter(std::make_shared<usage_formatter>());
    app_.get_formatter()->column_width(30);
    app_.footer(footer);
    app_.allow_extras();
    app_.set_help_flag();
    add_files();
    add_schedule();
    add_command();
    add_output();
}

command_line::option* command_line::single(char const* names, char const* value,
                                           char const* help) {
    return app_.add_option(names)
        ->description(help)
        ->type_name(value)
        ->group(group_)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

command_line::option* command_line::repeated(char const* names, char const* value,
                                             char const* help) {
    return single(names, value, help)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

command_line::option* command_line::flag(char const* names, char const* help) {
    return app_.add_flag(names)
        ->description(help)
        ->group(group_)
        ->disable_flag_override()
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void command_line::add_files() {
    group_ = "Files";
    extensions = repeated("-e,--ext", "LIST", "Only these extensions: cpp,hpp; * for all");
    globs = repeated("-g,--glob", "GLOB", "Only files that match; one of -e, -g, -r is enough");
    regexes = repeated("-r,--regex", "PATTERN", regex_help);
    ignored_globs = repeated("-i,--ignore", "GLOB",
                             "Exclude matching paths; an ignored directory is never opened");
    ignored_regexes = repeated("-x,--ignore-regex", "PATTERN", ignored_regex_help);
    ignored_dirs = repeated("--ignore-dir", "NAME", "Never open directories of this name");
    ignore_files = repeated("--ignore-file", "FILE",
                            "Exclude by the rules in FILE, in the syntax of .gitignore");
    no_gitignore = flag("--no-gitignore",
                        "Also watch files excluded by .gitignore, .ignore and .git/info/exclude");
    no_default_ignores = flag(
        "--no-default-ignores",
        "Also watch VCS folders, build trees, object files, temporary files of editors and sync "
        "tools, sockets, FIFOs and devices, and restat's own output");
    follow = flag("-L,--follow", "Follow symbolic links below PATH");
    depth = single("-d,--depth", "N",
                   "At most N levels below each PATH; 1 for a directory without subdirectories");
    paths_from = repeated("-f,--paths-from", "FILE",
                          "Read further PATHs from FILE, - for standard input: one a line, or "
                          "terminated by NUL");
    kinds = repeated("--kinds", "LIST",
                     "Only these changes: added, removed, modified, renamed; a rename without "
                     "'renamed' counts as removed and added");
    list = flag("--list", "Print the watched files, sorted, and exit");
    explain = single("--explain", "PATH",
                     "Print whether PATH is watched and the rule that decided, and exit");
}

void command_line::add_schedule() {
    group_ = "Schedule";
    interval = single("-n,--interval", "DUR",
                      "Time between scans (250ms); longer if they take over 10 % of a core");
    quiet_period =
        single("--quiet-period", "DUR", "Deliver when nothing changed for this long (75ms)");
    max_wait =
        single("--max-wait", "DUR",
               "Deliver at the latest after this long (1s, or ten quiet periods if longer)");
    events = single("--events", "WHEN",
                    "auto or off: let events of the kernel say where to scan (auto)");
    cpu_share = single("--cpu-share", "PERCENT",
                       "The part of a core for scans while nothing changes (10)");
}

void command_line::add_command() {
    group_ = "Command";
    shell = single("-S,--shell", "COMMAND",
                   "Run COMMAND by /bin/sh -c, instead of a command after --: -S 'make && ./t'");
    on_change = single("-o,--on-change", "MODE",
                       "restart the running command, wait for its end and run the command again, "
                       "or signal it with -s (restart)");
    signal = single("-s,--signal", "SIG",
                    "The signal that asks the command to stop (TERM), or to reload with -o "
                    "signal");
    grace = single("--grace", "DUR",
                   "Time to exit before KILL, sent to the whole process group (3s)");
    timeout = single("--timeout", "DUR", "Stop a run that takes longer, and say so");
    build = single(
        "-b,--build", "CMD",
        "After each change, but not before the first run, run CMD by /bin/sh -c; if CMD fails, "
        "the old command keeps running");
    postpone = flag("-p,--postpone", "Do not run COMMAND before the first change");
    once = flag("-1,--once",
                "After the first change, run COMMAND to its end and exit with its status");
    on_exit = single("--on-exit", "MODE",
                     "When COMMAND exits by itself: wait for a change, quit, or restart (wait)");
    loop_guard = single("--loop-guard", "MODE",
                        "on or off: wait longer before each restart for files that the command "
                        "seems to write itself (on)");
    directory = single("--chdir", "DIR",
                       "Run COMMAND in DIR; the paths of its changes are then absolute");
    listen = repeated("--listen", "ADDR",
                      "Open this port or socket file once and pass it to each run, by "
                      "LISTEN_FDS: 8080, 0.0.0.0:8080, [::1]:8080, ./app.sock, NAME=ADDR");
    environment_files = repeated(
        "--env-file", "FILE",
        "Add the NAME=VALUE lines of FILE to the environment of each run; FILE is watched");
    strays = single("--strays", "MODE",
                    "end or leave the processes that left the session of the command, such as "
                    "daemons (end)");
    keys = flag("-k,--keys", "Keys are for restat: space or r restarts, p pauses, q quits");
    quit_on_eof =
        flag("--quit-on-eof", "End as on TERM when standard input ends; COMMAND reads nothing");
    clear = flag("-c,--clear",
                 "Clear the screen before each run; -cc clears the lines above it, too");
    bell = flag("--bell", "Ring the bell of the terminal when a run ends");
}

void command_line::add_output() {
    group_ = "Output";
    records = flag("-0,--null", "Without COMMAND: records KIND, tab, PATH, NUL");
    json = flag("--json", "Without COMMAND: one JSON object per batch of changes");
    quiet = flag("-q,--quiet", "Of the lines of restat itself, print only errors");
    verbose =
        flag("-v,--verbose",
             "Also print changed fields, the duration of the scan, and excluded directories");
    color = single("--color", "WHEN", "auto, always or never; NO_COLOR is honored");
    config = single("--config", "FILE",
                    "Read options from FILE, in TOML; the command line wins over them");
    help_wanted = flag("-h,--help", "Print this and exit");
    completion = single("--completion", "SHELL",
                        "Print a completion script for bash, zsh or fish, and exit");
    manual = flag("--manual-page", "Print the manual page restat(1), and exit")->group(hidden);
    version = flag("--version", "Print the version and exit");
}

// Reports an unknown option before any other error, as the unknown option may be the cause.
void command_line::check_known() const {
    for (auto const& argument : app_.remaining()) {
        if (is_option(argument)) {
            auto const all = app_.remaining();
            std::vector<std::string> const before{all.begin(),
                                                  std::find(all.begin(), all.end(), argument)};
            throw usage_error{fmt::format("unknown option '{}'{}", escape(argument),
                                          hint_for_option(argument, before))};
        }
    }
}

std::string command_line::completion_script(std::string_view for_shell) const {
    return cli::completion_script(app_, for_shell);
}

std::string command_line::manual_page() const { return cli::manual_page(app_); }

// Returns the positional arguments. CLI11 would parse a positional such as `[ab]` as a list, so
// the parser declares none.
std::vector<std::string> command_line::operands() const { return app_.remaining(); }

void command_line::parse(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end()); // CLI11 expects the reverse order
    try {
        app_.parse(std::move(arguments));
    } catch (CLI::ArgumentMismatch const& error) {
        check_known();
        throw usage_error{mismatch(error.what())};
    } catch (CLI::ParseError const& error) {
        check_known();
        throw usage_error{escape(error.what())};
    }
    check_known();
    read_config();
    exclude(*json, *records);
    exclude(*json, *list);
    exclude(*explain, *list);
    exclude(*explain, *json);
    exclude(*explain, *records);
    exclude(*quiet, *verbose);
    exclude(*once, *on_change);
    exclude(*keys, *quit_on_eof);
}

void command_line::drop(option& value) {
    places_.erase(value.get_name());
    value.clear();
}

void command_line::exclude(option& one, option& other) {
    if (one.empty() || other.empty()) return;
    if (is_from_file(one) == is_from_file(other))
        throw usage_error{located(places_, fmt::format("{} and {} exclude each other",
                                                       one.get_name(), other.get_name()))};
    drop(is_from_file(one) ? one : other);
}

void command_line::read_config() {
    if (config->empty()) return;
    auto const& file = config->results().back();
    for (auto const& entry : parse_config(read_file("--config", file), file))
        apply(entry, fmt::format("{}:{}", escape(file), entry.line));
}

void command_line::apply(config_entry const& entry, std::string const& place) {
    auto& target = option_of(entry, place);
    if (auto const fault = fault_of(entry.form, target); !fault.empty())
        throw usage_error{fmt::format("{}: '{}' {}", place, entry.key, fault)};
    bool const is_off = entry.form == config_form::boolean && entry.values.front() == "false";
    if (!target.empty() || is_off || entry.values.empty()) return;
    target.add_result(entry.values);
    places_.emplace(target.get_name(), place);
}

std::string command_line::hint_for_key(std::string const& key) const {
    auto const* const known = key.size() == 1 ? app_.get_option_no_throw("-" + key) : nullptr;
    return known ? fmt::format("; write {}", known->get_lnames().front())
                 : hint_for_option("--" + key);
}

command_line::option& command_line::option_of(config_entry const& entry,
                                              std::string const& place) {
    auto const options = app_.get_options();
    auto const named = [&](option const* one) { return one->check_lname(entry.key); };
    auto const found = std::find_if(options.begin(), options.end(), named);
    if (found == options.end())
        throw usage_error{fmt::format("{}: unknown option '{}'{}", place, escape(entry.key),
                                      hint_for_key(entry.key))};
    if (is_for_command_line(**found))
        throw usage_error{fmt::format("{}: '{}' is for the command line only", place, entry.key)};
    return **found;
}

bool command_line::is_for_command_line(option const& one) const noexcept {
    option const* const all[] = {config, list, explain, help_wanted, version, completion, manual};
    return std::find(std::begin(all), std::end(all), &one) != std::end(all);
}

} // namespace restat::cli
