#include "completion.hpp"

#include "values.hpp"

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace restat::cli {
namespace {

struct mode_list {
    std::string_view option;
    std::string_view modes;
};

constexpr mode_list mode_lists[] = {
    {"kinds", "added removed modified renamed"},
    {"events", "auto off"},
    {"on-change", "restart wait signal"},
    {"on-exit", "wait quit restart"},
    {"strays", "end leave"},
    {"loop-guard", "on off"},
    {"color", "auto always never"},
    {"completion", "bash zsh fish"},
};

std::string long_name(CLI::Option const& option) { return option.get_lnames().front(); }

std::string short_name(CLI::Option const& option) {
    return option.get_snames().empty() ? std::string{} : option.get_snames().front();
}

bool takes_value(CLI::Option const& option) { return option.get_items_expected_min() > 0; }

bool takes_file(CLI::Option const& option) {
    auto const kind = option.get_type_name();
    return kind == "FILE" || kind == "PATH";
}

std::string_view modes_of(CLI::Option const& option) {
    auto const name = long_name(option);
    for (auto const& [of, modes] : mode_lists) {
        if (of == name) return modes;
    }
    return {};
}

/// Puts a backslash before each of these characters.
std::string escaped(std::string_view text, std::string_view special) {
    std::string all;
    for (char const c : text) {
        if (special.find(c) != special.npos) all += '\\';
        all += c;
    }
    return all;
}

/// Returns `-o|--on-change`, with the words between the names.
std::string names_of(CLI::Option const& option, std::string_view between) {
    auto const letter = short_name(option);
    auto const names = letter.empty() ? std::string{} : fmt::format("-{}{}", letter, between);
    return names + "--" + long_name(option);
}

std::string bash_case(CLI::Option const& option) {
    if (!takes_value(option) || takes_file(option)) return {};
    auto const modes = modes_of(option);
    auto const body = option.get_type_name() == "DIR" ? std::string{"compgen -d -- \"$word\""}
                      : modes.empty()                 ? std::string{":"}
                                      : fmt::format("compgen -W '{}' -- \"$word\"", modes);
    return fmt::format("    {}) mapfile -t COMPREPLY < <({}); compopt +o default; return ;;\n",
                       names_of(option, "|"), body);
}

using options = std::vector<CLI::Option const*>;

std::string bash_script(options const& all) {
    std::string cases;
    std::string names;
    for (auto const* option : all) {
        cases += bash_case(*option);
        names += (names.empty() ? "" : " ") + names_of(*option, " ");
    }
    return fmt::format(R"(_restat() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} at
    COMPREPLY=()
    for ((at = 1; at < COMP_CWORD; ++at)); do
        [[ ${{COMP_WORDS[at]}} == -- ]] || continue
        ! declare -F _command_offset >/dev/null || _command_offset $((at + 1))
        return
    done
    case $before in
{}    esac
    [[ $word != -* ]] || mapfile -t COMPREPLY < <(compgen -W '{} --' -- "$word")
}}
complete -o bashdefault -o default -F _restat restat
)",
                       cases, names);
}

std::string zsh_line(CLI::Option const& option) {
    auto const letter = short_name(option);
    auto const names = letter.empty() ? shell_word("*--" + long_name(option))
                                      : fmt::format("'*'{{-{},--{}}}", letter, long_name(option));
    auto const help = shell_word('[' + escaped(option.get_description(), "[]\\") + ']');
    if (!takes_value(option)) return fmt::format("    {}{} \\\n", names, help);
    auto const modes = modes_of(option);
    auto const action = takes_file(option)                ? std::string{"_files"}
                        : option.get_type_name() == "DIR" ? std::string{"_files -/"}
                        : modes.empty()                   ? std::string{" "}
                                                          : fmt::format("({})", modes);
    return fmt::format("    {}{}':{}:{}' \\\n", names, help, option.get_type_name(), action);
}

std::string zsh_script(options const& all) {
    std::string lines;
    for (auto const* option : all) lines += zsh_line(*option);
    return fmt::format(R"(#compdef restat
_restat() {{
    local divider=${{words[(i)--]}}
    if (( divider < CURRENT )); then
        shift $divider words
        (( CURRENT -= divider ))
        _normal
        return
    fi
    _arguments -s \
{}    '*:PATH:_files'
}}
compdef _restat restat
)",
                       lines);
}

std::string fish_line(CLI::Option const& option) {
    auto const letter = short_name(option);
    auto const modes = modes_of(option);
    auto const help = '\'' + escaped(option.get_description(), "\\'") + '\'';
    auto const value = !takes_value(option)              ? std::string{}
                       : takes_file(option)              ? std::string{" -r"}
                       : option.get_type_name() == "DIR" ? std::string{" -xa "
                                                                       "'(__fish_complete_"
                                                                       "directories)'"}
                       : modes.empty()                   ? std::string{" -x"}
                                                         : fmt::format(" -xa '{}'", modes);
    return fmt::format("complete -c restat{}{} -l {}{} -d {}\n", letter.empty() ? "" : " -s ",
                       letter, long_name(option), value, help);
}

std::string fish_script(options const& all) {
    std::string lines;
    for (auto const* option : all) lines += fish_line(*option);
    return lines + "complete -c restat -n 'contains -- -- (commandline -opc)' "
                   "-xa '(__fish_complete_subcommand --)'\n";
}

} // namespace

std::string completion_script(CLI::App const& program, std::string_view shell) {
    options named;
    for (auto const* option : program.get_options()) {
        if (!option->get_group().empty()) named.push_back(option);
    }
    if (shell == "bash") return bash_script(named);
    if (shell == "zsh") return zsh_script(named);
    return shell == "fish" ? fish_script(named) : std::string{};
}

} // namespace restat::cli
