#include "arguments.hpp"

#include "command_line.hpp"
#include "hints.hpp"
#include "path_files.hpp"
#include "values.hpp"

#include <restat/escape.hpp>
#include <restat/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace restat::cli {
namespace {

[[noreturn]] void refuse(CLI::Option const& option, std::string_view value,
                         std::string_view reason) {
    throw usage_error{fmt::format("{} '{}': {}{}", option.get_name(), escape(value), reason,
                                  hint_for_value(option.get_name(), value))};
}

std::chrono::nanoseconds duration(CLI::Option const& option, std::chrono::nanoseconds fallback) {
    if (option.empty()) return fallback;
    auto const& text = option.results().back();
    if (auto const length = parse_duration(text)) return *length;
    refuse(option, text, "not a duration such as 50ms, 2s or 1.5s");
}

std::chrono::nanoseconds interval_of(CLI::Option const& option,
                                     std::chrono::nanoseconds fallback) {
    auto const length = duration(option, fallback);
    if (length > std::chrono::nanoseconds::zero()) return length;
    refuse(option, option.results().back(), "the time between scans must be longer than 0");
}

int signal_of(CLI::Option const& option, int fallback) {
    if (option.empty()) return fallback;
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
Value choose(CLI::Option const& option, std::initializer_list<choice<Value>> from) {
    if (option.empty()) return from.begin()->value;
    auto const& text = option.results().back();
    std::string names;
    for (auto const& [name, value] : from) {
        if (text == name) return value;
        names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
    }
    refuse(option, text, "not one of " + names);
}

std::vector<std::string> extensions_of(CLI::Option const& option) {
    std::vector<std::string> all;
    for (auto const& list : option.results()) {
        auto const extensions = parse_extensions(list);
        if (!extensions) {
            refuse(option, list,
                   "not a list of extensions such as cpp,hpp; use --glob for wildcards");
        }
        all.insert(all.end(), extensions->begin(), extensions->end());
    }
    return all;
}

chosen_kinds kinds_of(CLI::Option const& option) {
    chosen_kinds all;
    for (auto const& list : option.results()) {
        auto const kinds = parse_kinds(list);
        if (!kinds) refuse(option, list, "not a list of added, removed, modified and renamed");
        all.insert(all.end(), kinds->begin(), kinds->end());
    }
    return all;
}

// Rejects an empty pattern: a search finds it in every path, which is never intended.
std::vector<std::string> expressions_of(CLI::Option const& option) {
    for (auto const& text : option.results()) {
        if (text.empty()) refuse(option, text, "an empty pattern is found in every path");
    }
    return option.results();
}

std::vector<std::string> directory_names(CLI::Option const& option) {
    auto names = option.results();
    for (auto& name : names) {
        auto const given = name;
        while (name.size() > 1 && name.back() == '/') name.pop_back();
        if (name.empty() || name.find('/') != name.npos) {
            refuse(option, given, "not a name; use --ignore for a path");
        }
        if (name.find_first_of("*?") != name.npos) {
            refuse(option, given,
                   "a name has no wildcards; write --ignore '" + escape(name) + "/'");
        }
    }
    return names;
}

using option_list = std::initializer_list<CLI::Option*>;

// Rejects options without an effect, since the user expects an effect. A configuration file is for
// several calls, and an option in it may have no effect in some of them.
void refuse_any(command_line& given, option_list options, std::string_view where) {
    for (auto* const option : options) {
        if (option->empty()) continue;
        if (!given.is_from_file(*option))
            throw usage_error{fmt::format("{} has no effect {}", option->get_name(), where)};
        given.drop(*option);
    }
}

std::size_t depth_of(CLI::Option const& option) {
    if (option.empty()) return 0;
    auto const& text = option.results().back();
    std::size_t levels = 0;
    auto const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, levels);
    if (error == std::errc{} && stop == end && levels > 0) return levels;
    refuse(option, text, "not a number of levels from 1 on");
}

bool reads_paths_from_input(command_line const& given) {
    auto const& from = given.paths_from->results();
    return std::find(from.begin(), from.end(), "-") != from.end();
}

// A listed path may be missing: `git ls-files` also lists removed files.
void add_listed_paths(CLI::Option const& option, file_settings& to) {
    to.operands = to.paths.size();
    for (auto const& from : option.results()) {
        auto const all = split_paths(read_file(option.get_name(), from));
        to.paths.insert(to.paths.end(), all.begin(), all.end());
    }
    if (!to.paths.empty()) return;
    if (!option.empty()) refuse(option, option.results().back(), "no paths are listed");
    to.paths.emplace_back(".");
    to.operands = 1;
}

event_use events_of(CLI::Option const& option) {
    return choose<event_use>(option, {{"auto", event_use::automatic}, {"off", event_use::off}});
}

file_settings files_of(command_line const& given) {
    file_settings files{.paths = given.operands(),
                        .extensions = extensions_of(*given.extensions),
                        .globs = given.globs->results(),
                        .regexes = expressions_of(*given.regexes),
                        .ignored_globs = given.ignored_globs->results(),
                        .ignored_regexes = expressions_of(*given.ignored_regexes),
                        .ignored_dirs = directory_names(*given.ignored_dirs),
                        .ignore_files = given.ignore_files->results(),
                        .depth = depth_of(*given.depth),
                        .gitignore = given.no_gitignore->empty(),
                        .default_ignores = given.no_default_ignores->empty(),
                        .follow = !given.follow->empty(),
                        .events = events_of(*given.events)};
    add_listed_paths(*given.paths_from, files);
    return files;
}

/// Returns a part of a core, given in percent.
double share_of(CLI::Option const& option, double fallback) {
    if (option.empty()) return fallback;
    std::string_view text = option.results().back();
    if (text.ends_with('%')) text.remove_suffix(1);
    double percent = 0;
    auto const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, percent);
    if (error == std::errc{} && stop == end && percent > 0 && percent <= 100)
        return percent / 100;
    refuse(option, option.results().back(), "not a number of percent, above 0 and up to 100");
}

/// Returns ten quiet periods, or no limit for a time that does not fit.
std::chrono::nanoseconds ten_quiet_periods(schedule const& when) {
    return when.quiet_period < unlimited / 10 ? when.quiet_period * 10 : unlimited;
}

schedule schedule_of(command_line const& given) {
    schedule when = settings{}.when;
    when.interval = interval_of(*given.interval, when.interval);
    when.quiet_period = duration(*given.quiet_period, when.quiet_period);
    // A long quiet period would have no effect if the default limit ended it.
    when.max_wait = duration(*given.max_wait, std::max(when.max_wait, ten_quiet_periods(when)));
    when.cpu_share = share_of(*given.cpu_share, when.cpu_share);
    return when;
}

/// Returns the value of an option that must not be empty.
std::string text_of(CLI::Option const& option, std::string_view kind) {
    if (option.empty()) return {};
    if (option.results().back().empty()) refuse(option, "", kind);
    return option.results().back();
}

std::chrono::nanoseconds run_limit_of(CLI::Option const& option) {
    auto const limit = duration(option, unlimited);
    if (limit > limit.zero()) return limit;
    refuse(option, option.results().back(), "the time of a run must be longer than 0");
}

// With `-o signal`, the signal of -s is for a reload, and the command is stopped by TERM.
void read_signals(command_line const& given, command_options& into) {
    auto& to = into.on_change == after_change::signal ? into.change_signal : into.signal;
    to = signal_of(*given.signal, to);
}

after_change on_change_of(command_line const& given) {
    if (!given.once->empty()) return after_change::once;
    return choose<after_change>(*given.on_change, {{"restart", after_change::restart},
                                                   {"wait", after_change::wait},
                                                   {"signal", after_change::signal}});
}

command_options run_of(command_line const& given) {
    command_options run;
    run.on_change = on_change_of(given);
    read_signals(given, run);
    run.run_limit = run_limit_of(*given.timeout);
    run.directory = text_of(*given.directory, "not a directory");
    run.grace = duration(*given.grace, run.grace);
    run.on_exit = choose<after_exit>(*given.on_exit, {{"wait", after_exit::wait},
                                                      {"quit", after_exit::quit},
                                                      {"restart", after_exit::restart}});
    run.guard =
        choose<loop_guard>(*given.loop_guard, {{"on", loop_guard::on}, {"off", loop_guard::off}});
    if (!given.postpone->empty()) run.first = first_start::on_change;
    auto const end = given.build->empty() ? escape_policy::adopt : escape_policy::end;
    run.escaped_processes =
        choose<escape_policy>(*given.strays, {{"end", end}, {"leave", escape_policy::leave}});
    return run;
}

clearing clearing_of(CLI::Option const& option) {
    if (option.empty()) return clearing::none;
    return option.count() == 1 ? clearing::screen : clearing::scrollback;
}

std::string completion_of(command_line const& given) {
    auto const& shell = given.completion->results().back();
    auto script = given.completion_script(shell);
    if (script.empty()) refuse(*given.completion, shell, "not one of bash, zsh, fish");
    return script;
}

std::string answer_of(command_line const& given) {
    if (!given.help_wanted->empty()) return given.help();
    if (!given.completion->empty()) return completion_of(given);
    if (!given.manual->empty()) return given.manual_page();
    if (given.version->empty()) return {};
    return fmt::format("restat {}.{}.{}\n", RESTAT_VERSION_MAJOR, RESTAT_VERSION_MINOR,
                       RESTAT_VERSION_PATCH);
}

void read_output(command_line const& given, settings& into) {
    if (!given.records->empty()) into.format = format::records;
    if (!given.json->empty()) into.format = format::json;
    if (!given.quiet->empty()) into.verbosity = verbosity::quiet;
    if (!given.verbose->empty()) into.verbosity = verbosity::verbose;
    into.color = choose<color>(
        *given.color,
        {{"auto", color::automatic}, {"always", color::always}, {"never", color::never}});
}

void refuse_useless_options(command_line& given, cli::task task) {
    option_list const of_commands = {
        given.signal,   given.grace,     given.build,      given.clear,  given.keys,
        given.postpone, given.on_exit,   given.loop_guard, given.shell,  given.on_change,
        given.timeout,  given.directory, given.bell,       given.strays, given.environment_files,
        given.listen};
    option_list const of_output = {given.records, given.json};
    if (task == task::command) refuse_any(given, of_output, "with a COMMAND");
    if (task == task::list)
        refuse_any(given, {given.once, given.quit_on_eof, given.kinds}, "with --list");
    if (task == task::list) refuse_any(given, of_commands, "with --list");
    if (task != task::print) return;
    auto const operands = given.operands();
    auto const hint = operands.empty() ? std::string{} : hint_for_path(operands.front());
    refuse_any(given, of_commands, "without a COMMAND" + hint);
}

/// Returns the command of --shell, or the command after the divider; empty without either.
std::vector<std::string> command_of(command_line const& given,
                                    std::vector<std::string> from_divider) {
    auto text = text_of(*given.shell, "not a command");
    if (!from_divider.empty() && given.is_from_file(*given.shell)) text.clear();
    if (text.empty() && from_divider.empty()) return {};
    if (text.empty() && from_divider.size() == 1) throw usage_error{"no command after '--'"};
    if (text.empty()) {
        from_divider.erase(from_divider.begin());
        if (auto const hint = hint_for_command(from_divider); !hint.empty())
            throw usage_error{hint};
        return from_divider;
    }
    if (!from_divider.empty())
        throw usage_error{"--shell and a command after '--' exclude each other"};
    return {"/bin/sh", "-c", text};
}

settings settings_of(command_line& given, std::vector<std::string> from_divider) {
    settings result;
    result.answer = answer_of(given);
    if (!result.answer.empty()) {
        result.task = task::answer;
        return result;
    }
    if (reads_paths_from_input(given))
        refuse_any(given, {given.keys, given.quit_on_eof}, "with the PATHs on standard input");
    if (!given.list->empty()) result.task = task::list;
    if (!given.explain->empty()) result.task = task::explain;
    result.explained = text_of(*given.explain, "not a path");
    result.files = files_of(given);
    if (result.task == task::list || result.task == task::explain)
        result.files.events = event_use::off; // a single scan
    result.kinds = kinds_of(*given.kinds);
    result.environment_files = given.environment_files->results();
    result.listen = given.listen->results();
    auto& paths = result.files.paths;
    paths.insert(paths.end(), result.environment_files.begin(), result.environment_files.end());
    result.when = schedule_of(given);
    result.run = run_of(given);
    result.build = text_of(*given.build, "not a command");
    result.clearing = clearing_of(*given.clear);
    result.keys = !given.keys->empty();
    result.bell = !given.bell->empty();
    result.quit_on_eof = !given.quit_on_eof->empty();
    bool const uses_input = result.keys || result.quit_on_eof || reads_paths_from_input(given);
    if (uses_input) result.run.input = command_input::nothing;
    result.once = !given.once->empty();
    read_output(given, result);
    result.run.command = command_of(given, std::move(from_divider));
    if (!result.run.command.empty() && result.task == task::print) result.task = task::command;
    refuse_useless_options(given, result.task);
    result.places = given.places();
    return result;
}

} // namespace

settings parse_arguments(int count, char const* const* arguments) {
    using namespace std::literals;
    auto const* const end = arguments + count;
    auto const* const begin = count > 0 ? arguments + 1 : end;
    auto const* const divider = std::find(begin, end, "--"sv);
    command_line given;
    given.parse({begin, divider});
    try {
        return settings_of(given, {divider, end});
    } catch (usage_error const& error) {
        throw usage_error{located(given.places(), error.what())};
    }
}

} // namespace restat::cli
