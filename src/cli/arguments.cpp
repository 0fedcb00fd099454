// What CLI11 is told here is names and help. Values are kept as the bytes that were given and
// are read by our own functions, so that each refusal names the option, the value and the reason.

#include "arguments.hpp"

#include "values.hpp"

#include <restat/escape.hpp>
#include <restat/version.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace restat::cli {
namespace {

using CLI::Option;

constexpr char const* description =
    "Watches files by their status. Runs COMMAND, and again on each change; without one, prints "
    "the changes.";
constexpr char const* footer =
    "PATH is a file, or a directory with all below it; '.' if none is given. A file that is "
    "named "
    "as a PATH is\nwatched whatever -e, -g, -r and the default ignores say; only -i and -x leave "
    "it out. DUR is 50ms, 2s, 1.5s, 1m;\na bare number is seconds. The command gets its "
    "arguments "
    "as they are, without a shell, and in its environment\nRESTAT_GENERATION, RESTAT_REASON and "
    "RESTAT_CHANGES. Exit status: the command's with --once and --on-exit quit;\n2 for a "
    "mistake in the arguments, 126 and 127 for a command that cannot be run or found.";

class usage_formatter : public CLI::Formatter {
public:
    std::string make_usage(CLI::App const*, std::string) const override {
        return "Usage: restat [OPTION]... [PATH]... [-- COMMAND [ARG]...]\n";
    }
};

/// The options by name, as CLI11 found them.
class command_line {
public:
    command_line();
    settings read(std::vector<std::string> arguments);

private:
    Option* single(std::string const& group, char const* names, char const* value,
                   char const* help);
    Option* repeated(std::string const& group, char const* names, char const* value,
                     char const* help);
    Option* flag(std::string const& group, char const* names, char const* help);
    void add_files();
    void add_schedule();
    void add_command();
    void add_output();

    void parse(std::vector<std::string> arguments);
    void check_known() const;
    std::vector<std::string> paths() const;
    std::string answer() const;
    file_settings files() const;
    schedule when() const;
    command_options run() const;
    void read_output(settings& into) const;

    CLI::App app_{description};
    Option *extensions_ = nullptr, *globs_ = nullptr, *regexes_ = nullptr;
    Option *ignored_globs_ = nullptr, *ignored_regexes_ = nullptr, *ignored_dirs_ = nullptr;
    Option *all_ = nullptr, *follow_ = nullptr, *list_ = nullptr;
    Option *interval_ = nullptr, *quiet_period_ = nullptr, *max_wait_ = nullptr;
    Option *signal_ = nullptr, *grace_ = nullptr, *on_exit_ = nullptr;
    Option *postpone_ = nullptr, *once_ = nullptr;
    Option *records_ = nullptr, *json_ = nullptr, *colour_ = nullptr;
    Option *quiet_ = nullptr, *verbose_ = nullptr, *help_ = nullptr, *version_ = nullptr;
};

[[noreturn]] void refuse(Option const& option, std::string_view value, std::string_view reason) {
    throw usage_error{fmt::format("{} '{}': {}", option.get_name(), escape(value), reason)};
}

std::vector<std::string> values(Option const& option) { return option.results(); }

std::chrono::nanoseconds duration(Option const& option, std::chrono::nanoseconds otherwise) {
    if (option.empty()) return otherwise;
    auto const& text = option.results().back();
    if (auto const length = parse_duration(text)) return *length;
    refuse(option, text, "not a duration such as 50ms, 2s or 1.5s");
}

std::chrono::nanoseconds interval_of(Option const& option, std::chrono::nanoseconds otherwise) {
    auto const length = duration(option, otherwise);
    if (length > std::chrono::nanoseconds::zero()) return length;
    refuse(option, option.results().back(), "the time between scans cannot be nothing");
}

int signal_of(Option const& option, int otherwise) {
    if (option.empty()) return otherwise;
    auto const& text = option.results().back();
    if (auto const number = parse_signal(text)) return *number;
    refuse(option, text, "no such signal");
}

template <class Value>
struct choice {
    std::string_view name;
    Value value;
};

template <class Value>
Value choose(Option const& option, std::initializer_list<choice<Value>> from) {
    if (option.empty()) return from.begin()->value;
    auto const& text = option.results().back();
    std::string names;
    for (auto const& [name, value] : from) {
        if (text == name) return value;
        names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
    }
    refuse(option, text, "not one of " + names);
}

std::vector<std::string> extensions_of(Option const& option) {
    std::vector<std::string> all;
    for (auto const& list : option.results()) {
        auto const some = parse_extensions(list);
        if (!some) refuse(option, list, "not a list of extensions such as cpp,hpp");
        all.insert(all.end(), some->begin(), some->end());
    }
    return all;
}

std::vector<std::string> directory_names(Option const& option) {
    auto names = values(option);
    for (auto& name : names) {
        auto const given = name;
        while (name.size() > 1 && name.back() == '/') name.pop_back();
        if (name.empty() || name.find('/') != name.npos) {
            refuse(option, given, "not a name; for a path there is --ignore");
        }
    }
    return names;
}

command_line::command_line() {
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

Option* command_line::single(std::string const& group, char const* names, char const* value,
                             char const* help) {
    return app_.add_option(names)
        ->description(help)
        ->type_name(value)
        ->group(group)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

Option* command_line::repeated(std::string const& group, char const* names, char const* value,
                               char const* help) {
    return single(group, names, value, help)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Option* command_line::flag(std::string const& group, char const* names, char const* help) {
    return app_.add_flag(names)
        ->description(help)
        ->group(group)
        ->disable_flag_override()
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void command_line::add_files() {
    std::string const group = "Which files";
    extensions_ = repeated(group, "-e,--ext", "LIST", "Only these extensions: cpp,hpp");
    globs_ =
        repeated(group, "-g,--glob", "GLOB", "Only files that match; any of -e, -g, -r will do");
    regexes_ = repeated(group, "-r,--regex", "PATTERN",
                        "Only files in whose path this PCRE2 pattern is found");
    ignored_globs_ =
        repeated(group, "-i,--ignore", "GLOB", "Not these; an ignored directory is never opened");
    ignored_regexes_ =
        repeated(group, "-x,--ignore-regex", "PATTERN", "Not paths in which this is found");
    ignored_dirs_ =
        repeated(group, "--ignore-dir", "NAME", "Directories of this name are never opened");
    all_ = flag(group, "--no-default-ignores",
                "Also VCS folders, editors' swap, lock and backup files");
    follow_ = flag(group, "-L,--follow", "Follow symbolic links below PATH");
    list_ = flag(group, "--list", "Print the watched files, sorted, and exit");
}

void command_line::add_schedule() {
    std::string const group = "When";
    interval_ = single(group, "-n,--interval", "DUR", "Time between scans (250ms)");
    quiet_period_ = single(group, "--quiet-period", "DUR",
                           "Deliver when nothing changed for this long (75ms)");
    max_wait_ = single(group, "--max-wait", "DUR", "Deliver at the latest after this long (1s)");
}

void command_line::add_command() {
    std::string const group = "What to run";
    signal_ = single(group, "-s,--signal", "SIG", "How to ask it to stop (TERM)");
    grace_ = single(group, "--grace", "DUR", "Then KILL, to its whole process group (3s)");
    postpone_ = flag(group, "-p,--postpone", "Do not run before the first change");
    once_ = flag(group, "-1,--once",
                 "After the first change: run it to its end and exit with its status");
    on_exit_ = single(group, "--on-exit", "MODE",
                      "When it ends by itself: wait for a change, quit with its status, or "
                      "restart (wait)");
}

void command_line::add_output() {
    std::string const group = "What is printed";
    records_ = flag(group, "-0,--null", "Without COMMAND: records KIND, tab, PATH, NUL");
    json_ = flag(group, "--json", "Without COMMAND: one JSON object a batch of changes");
    quiet_ = flag(group, "-q,--quiet", "No lines of its own but errors");
    verbose_ = flag(group, "-v,--verbose", "Also which fields differ and how long the scan took");
    colour_ = single(group, "--color", "WHEN", "auto, always or never; NO_COLOR is honoured");
    help_ = flag(group, "-h,--help", "Print this and exit");
    version_ = flag(group, "--version", "Print the version and exit");
}

bool is_option(std::string_view argument) noexcept {
    return argument.size() > 1 && argument.front() == '-';
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
std::vector<std::string> command_line::paths() const {
    auto paths = app_.remaining();
    if (paths.empty()) paths.emplace_back(".");
    return paths;
}

// CLI11 says "--glob: 1 required TEXT missing" and "list was given a disallowed flag override".
std::string mismatch(std::string_view reason) {
    auto const name = reason.substr(0, reason.find_first_of(": "));
    if (name.starts_with('-')) return fmt::format("option '{}' needs a value", name);
    return fmt::format("option '{}{}' takes no value", name.size() == 1 ? "-" : "--", name);
}

void check_not_both(Option const& one, Option const& other) {
    if (one.empty() || other.empty()) return;
    throw usage_error{
        fmt::format("{} and {} exclude each other", one.get_name(), other.get_name())};
}

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
    check_not_both(*json_, *records_);
    check_not_both(*json_, *list_);
    check_not_both(*quiet_, *verbose_);
}

file_settings command_line::files() const {
    return {.paths = paths(),
            .extensions = extensions_of(*extensions_),
            .globs = values(*globs_),
            .regexes = values(*regexes_),
            .ignored_globs = values(*ignored_globs_),
            .ignored_regexes = values(*ignored_regexes_),
            .ignored_dirs = directory_names(*ignored_dirs_),
            .default_ignores = all_->empty(),
            .follow = !follow_->empty()};
}

command_options command_line::run() const {
    command_options run;
    run.signal = signal_of(*signal_, run.signal);
    run.grace = duration(*grace_, run.grace);
    run.when_it_ends = choose<on_exit>(
        *on_exit_,
        {{"wait", on_exit::wait}, {"quit", on_exit::quit}, {"restart", on_exit::restart}});
    if (!postpone_->empty()) run.first = first_start::on_change;
    if (!once_->empty()) run.when_files_change = on_change::once;
    return run;
}

std::string command_line::answer() const {
    if (!help_->empty()) return app_.help();
    if (version_->empty()) return {};
    return fmt::format("restat {}.{}.{}\n", RESTAT_VERSION_MAJOR, RESTAT_VERSION_MINOR,
                       RESTAT_VERSION_PATCH);
}

schedule command_line::when() const {
    schedule when = settings{}.when;
    when.interval = interval_of(*interval_, when.interval);
    when.quiet_period = duration(*quiet_period_, when.quiet_period);
    when.max_wait = duration(*max_wait_, when.max_wait);
    return when;
}

void command_line::read_output(settings& into) const {
    if (!records_->empty()) into.format = format::records;
    if (!json_->empty()) into.format = format::json;
    if (!quiet_->empty()) into.verbosity = verbosity::quiet;
    if (!verbose_->empty()) into.verbosity = verbosity::verbose;
    into.colour = choose<colour>(
        *colour_,
        {{"auto", colour::automatic}, {"always", colour::always}, {"never", colour::never}});
}

settings command_line::read(std::vector<std::string> arguments) {
    parse(std::move(arguments));
    settings result;
    result.answer = answer();
    if (!result.answer.empty()) {
        result.task = task::answer;
        return result;
    }
    if (!list_->empty()) result.task = task::list;
    result.files = files();
    result.when = when();
    result.run = run();
    result.once = !once_->empty();
    read_output(result);
    return result;
}

} // namespace

settings parse_arguments(int count, char const* const* arguments) {
    using namespace std::literals;
    auto const* const end = arguments + count;
    auto const* const begin = count > 0 ? arguments + 1 : end;
    auto const* const divider = std::find(begin, end, "--"sv);
    settings result = command_line{}.read({begin, divider});
    if (divider == end || result.task == task::answer) return result;
    result.run.command.assign(divider + 1, end);
    if (result.run.command.empty()) throw usage_error{"no command after '--'"};
    if (result.task != task::list) result.task = task::command;
    return result;
}

} // namespace restat::cli
