// What CLI11 is told is names and help alone. Values stay the bytes that were given; what they
// mean is read elsewhere, so that each refusal names the option, the value and the reason.

#include "command_line.hpp"

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
    "Watches files by their status. Runs COMMAND, and again on each change; without one, prints "
    "the changes.";
constexpr char const* footer =
    R"(PATH is a file, or a directory with all below it; '.' if none is given. A file that is
named as a PATH is watched whatever -e, -g, -r, .gitignore and the default ignores say;
only -i and -x leave it out. A file that git tracks is watched even if .gitignore matches
it; a split index of git is not read. A GLOB that begins with / tells where a file lies.
DUR is 50ms, 2s, 1.5s, 1m; a bare number is seconds.

The command gets its arguments as they are, without a shell, and RESTAT_GENERATION,
RESTAT_REASON and RESTAT_CHANGES in its environment. Descriptors that restat was given
beside 0, 1 and 2 are the command's too. It is ended with all that it started, in
sessions of their own as well.

With -k the command reads nothing and has no terminal. While restat is paused, no
change is lost.

The exit status is that of the command with --once and --on-exit quit, 126 or 127 if
it cannot be run or found there; with --explain 0 if the path is watched and 1 if not;
2 for a mistake in the arguments.)";

class usage_formatter : public CLI::Formatter {
public:
    std::string make_usage(CLI::App const*, std::string) const override {
        return "Usage: restat [OPTION]... [PATH]... [-- COMMAND [ARG]...]\n";
    }
};

bool is_option(std::string_view argument) noexcept {
    return argument.size() > 1 && argument.front() == '-';
}

// CLI11 says "--glob: 1 required TEXT missing" and "list was given a disallowed flag override".
std::string mismatch(std::string_view reason) {
    auto const name = reason.substr(0, reason.find_first_of(": "));
    if (name.starts_with('-')) return fmt::format("option '{}' needs a value", name);
    return fmt::format("option '{}{}' takes no value", name.size() == 1 ? "-" : "--", name);
}

void check_not_both(CLI::Option const& one, CLI::Option const& other) {
    if (one.empty() || other.empty()) return;
    throw usage_error{
        fmt::format("{} and {} exclude each other", one.get_name(), other.get_name())};
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
    group_ = "Which files";
    extensions = repeated("-e,--ext", "LIST", "Only these extensions: cpp,hpp; * for all");
    globs = repeated("-g,--glob", "GLOB", "Only files that match; any of -e, -g, -r will do");
    regexes =
        repeated("-r,--regex", "PATTERN", "Only files in whose path this PCRE2 pattern is found");
    ignored_globs =
        repeated("-i,--ignore", "GLOB", "Not these; an ignored directory is never opened");
    ignored_regexes =
        repeated("-x,--ignore-regex", "PATTERN", "Not paths in which this is found");
    ignored_dirs = repeated("--ignore-dir", "NAME", "Directories of this name are never opened");
    no_gitignore =
        flag("--no-gitignore", "Also what .gitignore, .ignore and .git/info/exclude leave out");
    no_default_ignores = flag(
        "--no-default-ignores",
        "Also VCS folders, build trees, object files, editors' and sync tools' temporary files, "
        "sockets, FIFOs and devices, and restat's own output");
    follow = flag("-L,--follow", "Follow symbolic links below PATH");
    list = flag("--list", "Print the watched files, sorted, and exit");
    explain = single("--explain", "PATH",
                     "Print whether PATH is watched and which rule decided, and exit");
}

void command_line::add_schedule() {
    group_ = "When";
    interval = single("-n,--interval", "DUR",
                      "Time between scans (250ms); longer if they take over 10 % of a core");
    quiet_period =
        single("--quiet-period", "DUR", "Deliver when nothing changed for this long (75ms)");
    max_wait = single("--max-wait", "DUR", "Deliver at the latest after this long (1s)");
}

void command_line::add_command() {
    group_ = "What to run";
    signal = single("-s,--signal", "SIG", "How to ask it to stop (TERM)");
    grace = single("--grace", "DUR", "Then KILL, to its whole process group (3s)");
    build = single("-b,--build", "CMD",
                   "On a change run this first, by /bin/sh -c; if it fails, the old one runs on");
    postpone = flag("-p,--postpone", "Do not run before the first change");
    once =
        flag("-1,--once", "After the first change: run it to its end and exit with its status");
    on_exit = single("--on-exit", "MODE",
                     "When it ends by itself: wait for a change, quit, or restart (wait)");
    loop_guard = single("--loop-guard", "MODE",
                        "on or off: wait longer and longer before restarts for files that the "
                        "command seems to write itself (on)");
    keys = flag("-k,--keys", "Keys are for restat: space or r restarts, p pauses, q quits");
    clear = flag("-c,--clear", "Clear the screen before each run");
}

void command_line::add_output() {
    group_ = "What is printed";
    records = flag("-0,--null", "Without COMMAND: records KIND, tab, PATH, NUL");
    json = flag("--json", "Without COMMAND: one JSON object a batch of changes");
    quiet = flag("-q,--quiet", "No lines of its own but errors");
    verbose = flag("-v,--verbose",
                   "Also which fields differ, how long the scan took, and what was left out");
    colour = single("--color", "WHEN", "auto, always or never; NO_COLOR is honoured");
    help_wanted = flag("-h,--help", "Print this and exit");
    version = flag("--version", "Print the version and exit");
}

// An unknown option is told before all else: it may well be why the rest makes no sense.
void command_line::check_known() const {
    for (auto const& argument : app_.remaining()) {
        if (is_option(argument)) {
            throw usage_error{fmt::format("unknown option '{}'", escape(argument))};
        }
    }
}

// CLI11 would take a positional such as `[ab]` for a list, so it is told of none.
std::vector<std::string> command_line::operands() const { return app_.remaining(); }

void command_line::parse(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end()); // as CLI11 wants them
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
    check_not_both(*json, *records);
    check_not_both(*json, *list);
    check_not_both(*explain, *list);
    check_not_both(*explain, *json);
    check_not_both(*explain, *records);
    check_not_both(*quiet, *verbose);
}

} // namespace restat::cli
