// The options of entr, watchexec, nodemon, air, chokidar-cli, onchange, inotifywait and fswatch
// that have another name here.

#include "hints.hpp"

#include "values.hpp"

#include <restat/escape.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

namespace restat::cli {
namespace {

namespace fs = std::filesystem;

struct foreign_option {
    std::string_view name;
    std::string_view advice;
};

constexpr foreign_option foreign_options[] = {
    {"-w", "write the PATH without an option"},
    {"--watch", "write the PATH without an option"},
    {"-W", "write the PATH without an option, and -d 1"},
    {"--watch-non-recursive", "write the PATH without an option, and -d 1"},
    {"--no-recurse", "write -d 1"},
    {"--recursive", "PATHs are watched with everything below"},
    {"-m", "restat goes on until it is stopped"},
    {"--monitor", "restat goes on until it is stopped"},
    {"--restart", "a restart is the default"},
    {"--kill", "a restart is the default"},
    {"-a", "write -o wait"},
    {"--on-busy-update", "write --on-change"},
    {"-z", "write --on-exit quit"},
    {"--exit", "write --on-exit quit"},
    {"--exec", "write -S 'COMMAND', or COMMAND after --"},
    {"--command", "write -S 'COMMAND', or COMMAND after --"},
    {"--cmd", "write -S 'COMMAND', or COMMAND after --"},
    {"--run", "write -S 'COMMAND', or COMMAND after --"},
    {"--exts", "write --ext"},
    {"--extensions", "write --ext"},
    {"--filter", "write --glob"},
    {"--include", "write --glob, or --regex for a regular expression"},
    {"--exclude", "write --ignore, or --ignore-regex for a regular expression"},
    {"--no-vcs-ignore", "write --no-gitignore"},
    {"--no-project-ignore", "write --no-gitignore"},
    {"--no-global-ignore", "write --no-gitignore"},
    {"--no-discover-ignore", "write --no-gitignore"},
    {"--no-ignore", "write --no-gitignore"},
    {"--no-default-ignore", "write --no-default-ignores"},
    {"--no-exclude", "write --no-default-ignores"},
    {"--ignore-nothing", "write --no-gitignore --no-default-ignores"},
    {"--exclude-path", "write --ignore-file"},
    {"--follow-symlinks", "write --follow"},
    {"--no-follow-symlinks", "links are followed only with --follow"},
    {"--delay", "write --quiet-period"},
    {"--debounce", "write --quiet-period"},
    {"--throttle", "write --quiet-period"},
    {"--await-write-finish", "write --quiet-period"},
    {"--poll", "write --events off, and --interval for the time between scans"},
    {"--poll-interval", "write --interval"},
    {"--polling-interval", "write --interval"},
    {"--polling", "write --events off"},
    {"--force-poll", "write --events off"},
    {"--legacy-watch", "write --events off"},
    {"--latency", "write --interval"},
    {"--stop-signal", "write --signal"},
    {"--kill-signal", "write --signal"},
    {"--stop-timeout", "write --grace"},
    {"--kill-timeout", "write --grace"},
    {"--on-change-only", "write --postpone"},
    {"-C", "write --chdir for a directory, --postpone to wait for the first change"},
    {"--initial", "the first run is at once, unless --postpone is given"},
    {"--stdin-quit", "write --quit-on-eof"},
    {"--exitcrash", "write --on-exit quit"},
    {"--exit-on-error", "write --on-exit quit"},
    {"-I", "write --keys for keys of restat"},
    {"--interactive", "write --keys"},
    {"--socket", "write --listen"},
    {"--emit-events-to", "an argument {} becomes the changed paths"},
    {"--only-emit-events", "without a COMMAND, restat prints the changes"},
    {"--project-origin", "write the PATHs to watch"},
    {"--build.cmd", "write --build"},
    {"--build.bin", "write the program after --"},
    {"--build.entrypoint", "write the program after --"},
    {"--build.delay", "write --quiet-period"},
    {"--build.include_ext", "write --ext"},
    {"--build.exclude_dir", "write --ignore"},
    {"--build.exclude_regex", "write --ignore-regex"},
    {"--build.include_dir", "write the PATH without an option"},
    {"--build.send_interrupt", "write --signal INT"},
    {"--env_files", "write --env-file"},
    {"--build.kill_delay", "write --grace"},
    {"--stdin", "write --paths-from -"},
    {"--fromfile", "write --paths-from"},
    {"-F", "write --paths-from"},
    {"--watch-file", "write --paths-from"},
    {"--workdir", "write --chdir"},
    {"--cwd", "write --chdir"},
    {"--directory", "write --chdir"},
    {"-E", "write env NAME=VALUE before the command"},
    {"--env", "write env NAME=VALUE before the command"},
    {"-N", "write --bell"},
    {"--notify", "write --bell"},
    {"--silent", "write --quiet"},
    {"--print-events", "write --verbose"},
    {"--format", "write --json or --null"},
    {"--fs-events", "write --kinds"},
    {"--event", "write --kinds"},
    {"--one-event", "write --once"},
    {"--completions", "write --completion"},
    {"--manual", "write --help, or man restat"},
    {"-V", "write --version, or -v for more lines"},
};

struct foreign_kind {
    std::string_view name;
    std::string_view kind;
};

constexpr foreign_kind foreign_kinds[] = {
    {"create", "added"},     {"Created", "added"},   {"add", "added"},
    {"delete", "removed"},   {"remove", "removed"},  {"Removed", "removed"},
    {"unlink", "removed"},   {"modify", "modified"}, {"change", "modified"},
    {"Updated", "modified"}, {"rename", "renamed"},  {"move", "renamed"},
    {"Renamed", "renamed"},
};

constexpr std::string_view for_changed_path = "/_"; // of entr
constexpr std::string_view flags_of_entr = "acdnprsz";

bool is_executable(std::string const& path) {
    std::error_code error;
    return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

bool is_in_search_path(std::string_view name) {
    if (name.empty() || name.find('/') != name.npos) return false;
    char const* const variable = std::getenv("PATH");
    std::string_view search = variable ? variable : "/bin:/usr/bin";
    while (!search.empty()) {
        auto const size = std::min(search.find(':'), search.size());
        std::string const directory{search.substr(0, size)};
        if (is_executable(directory + '/' + std::string{name})) return true;
        search.remove_prefix(std::min(size + 1, search.size()));
    }
    return false;
}

/// Returns whether an operand is meant as a command: a program, and no file to watch.
bool is_meant_as_command(std::string_view operand) {
    std::error_code error;
    return is_in_search_path(operand) && !fs::exists(operand, error);
}

bool is_name_of_variable(std::string_view text) noexcept {
    auto const is_part = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), is_part);
}

std::string joined(std::vector<std::string> const& words) {
    std::string all;
    for (auto const& word : words) all += (all.empty() ? "" : " ") + word;
    return all;
}

std::string hint_for_kind(std::string_view list) {
    for (auto const name : split_list(list)) {
        for (auto const& [foreign, kind] : foreign_kinds) {
            if (name == foreign) return fmt::format("; for {}, write {}", name, kind);
        }
    }
    return {};
}

} // namespace

std::string hint_for_option(std::string_view argument) {
    auto const size = argument.starts_with("--") ? argument.find('=') : 2;
    auto const name = argument.substr(0, std::min(size, argument.size()));
    auto const* const found =
        std::find_if(std::begin(foreign_options), std::end(foreign_options),
                     [&](foreign_option const& one) { return one.name == name; });
    if (found == std::end(foreign_options)) return {};
    return fmt::format("; {}", found->advice);
}

std::string hint_for_option(std::string_view argument, std::vector<std::string> const& before) {
    auto const program = std::find_if(before.begin(), before.end(), is_meant_as_command);
    if (program == before.end()) return hint_for_option(argument);
    return fmt::format("; to run a command, write -- before it: -- {} {}", escape(*program),
                       escape(argument));
}

std::string hint_for_value(std::string_view option, std::string_view value) {
    bool const is_line = value.find(' ') != value.npos || is_in_search_path(value);
    if (option == "--signal" && is_line)
        return fmt::format("; to run a line of a shell, write -S {}", shell_word(value));
    if (option == "--on-change" && (value == "queue" || value == "do-nothing"))
        return "; write -o wait";
    bool const is_for_entr = value.find_first_not_of(flags_of_entr) == value.npos;
    if (option == "--interval" && is_for_entr && !value.empty())
        return hint_for_missing_value(option);
    if (option == "--kinds") return hint_for_kind(value);
    bool const is_glob = value.find_first_of("*?") != value.npos;
    if (option == "--paths-from" && is_glob) return "; for a glob, write --glob";
    return {};
}

std::string hint_for_missing_value(std::string_view option) {
    if (option == "--regex") return "; a restart is the default and needs no -r";
    if (option == "--shell") return "; write -S 'COMMAND' without --";
    if (option == "--interval") return "; for a command without keys, write </dev/null";
    if (option == "--depth") return "; a new file in a directory needs no -d";
    return {};
}

std::string hint_for_path(std::string_view path) {
    if (path == for_changed_path) return "; for the changed paths, write {} in the command";
    auto const word = path.substr(0, path.find(' '));
    bool const is_glob = path.find_first_of("*?") != path.npos;
    if (is_glob && !is_meant_as_command(word))
        return fmt::format("; for a glob, write -g {}", shell_word(path));
    if (!is_meant_as_command(word)) return {};
    if (word == path) return fmt::format("; to run a command, write -- {}", escape(path));
    return fmt::format("; to run a line of a shell, write -S {}", shell_word(path));
}

std::string hint_for_command(std::vector<std::string> const& command) {
    auto const& first = command.front();
    std::error_code error;
    bool const is_for_entr =
        std::find(command.begin(), command.end(), for_changed_path) != command.end();
    if (is_for_entr && !fs::exists(for_changed_path, error))
        return fmt::format(
            "no file is named {0}; for the changed paths, write {{}} instead of {0}",
            for_changed_path);
    if (fs::exists(first, error) || is_in_search_path(first)) return {};
    auto const equals = first.find('=');
    if (equals != first.npos && is_name_of_variable(first.substr(0, equals)))
        return fmt::format("the command begins with a variable; write -- env {}",
                           escape(joined(command)));
    auto const word = first.substr(0, first.find_first_of(" \t\n"));
    bool const is_program = word != first && (fs::exists(word, error) || is_in_search_path(word));
    bool const is_line = is_program || first.find_first_of("&|;<>$`") != first.npos;
    if (command.size() != 1 || !is_line) return {};
    return fmt::format("no program is named {}; for a line of a shell, write -S {}",
                       shell_word(first), shell_word(first));
}

std::string hint_for_program(std::string_view name) {
    bool const is_here =
        !name.empty() && name.find('/') == name.npos && is_executable("./" + std::string{name});
    return is_here ? fmt::format("; for the file in this directory, write ./{}", escape(name))
                   : std::string{};
}

} // namespace restat::cli
