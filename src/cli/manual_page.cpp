#include "manual_page.hpp"

#include <restat/version.hpp>

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace restat::cli {
namespace {

constexpr std::string_view examples = R"(.SH EXAMPLES
.TP
restat src \-\- ./server
Restart ./server when a file below src changes.
.TP
restat \-e cpp,hpp \-o wait \-\- ninja
Build again after each edit of a source.
.TP
git ls\-files | restat \-f \- \-\- make
Watch the files of git.
.TP
restat \-S \(aqmake && ./server\(aq
Run a line of a shell.
.SH EXIT STATUS
.TP
0
restat ended as asked.
.TP
1
An error ended restat; with \-\-explain, the path is not watched.
.TP
2
The arguments are wrong; nothing was started.
.TP
126, 127
With \-\-once or \-\-on\-exit quit: the command cannot be run, or is not found.
.PP
With \-\-once and \-\-on\-exit quit, the status of the command is the status of restat.
After INT, TERM, HUP or QUIT, restat stops the command and ends by the same signal.
.SH SEE ALSO
.BR entr (1),
.BR inotifywait (1),
.BR stat (2)
)";

std::string roff(std::string_view text) {
    std::string all;
    for (char const c : text) {
        bool const begins_line = all.empty() || all.back() == '\n';
        if (begins_line && (c == '.' || c == '\'')) all += "\\&";
        if (c == '\\') {
            all += "\\e";
        } else if (c == '-') {
            all += "\\-";
        } else if (c == '\'') {
            all += "\\(aq";
        } else {
            all += c;
        }
    }
    return all;
}

/// Begins a paragraph at each empty line.
std::string paragraphs(std::string_view text) {
    auto all = roff(text);
    for (auto at = all.find("\n\n"); at != all.npos; at = all.find("\n\n", at))
        all.replace(at, 2, "\n.PP\n");
    return all + '\n';
}

std::string option_entry(CLI::Option const& option) {
    std::string names;
    for (auto const& name : option.get_snames()) names += fmt::format("\\fB\\-{}\\fR, ", name);
    names += fmt::format("\\fB\\-\\-{}\\fR", roff(option.get_lnames().front()));
    if (option.get_items_expected_min() > 0)
        names += fmt::format(" \\fI{}\\fR", roff(option.get_type_name()));
    return fmt::format(".TP\n{}\n{}.\n", names, roff(option.get_description()));
}

std::string options_text(CLI::App const& program) {
    std::string text;
    for (auto const& group : program.get_groups()) {
        if (group.empty()) continue; // of hidden options
        std::string entries;
        for (auto const* option : program.get_options()) {
            if (option->get_group() == group) entries += option_entry(*option);
        }
        if (!entries.empty()) text += fmt::format(".SS {}\n{}", group, entries);
    }
    return text;
}

} // namespace

std::string manual_page(CLI::App const& program) {
    return fmt::format(R"(.TH RESTAT 1 "" "restat {}.{}.{}" "User Commands"
.SH NAME
restat \- run a command again when files change
.SH SYNOPSIS
.B restat
[\fIOPTION\fR]... [\fIPATH\fR]... [\fB\-\-\fR \fICOMMAND\fR [\fIARG\fR]...]
.SH DESCRIPTION
{}.PP
{}.SH OPTIONS
{}{})",
                       RESTAT_VERSION_MAJOR, RESTAT_VERSION_MINOR, RESTAT_VERSION_PATCH,
                       paragraphs(program.get_description()), paragraphs(program.get_footer()),
                       options_text(program), examples);
}

} // namespace restat::cli
