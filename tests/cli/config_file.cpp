#include "program.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace {

/// Runs `restat --config restat.toml` with further arguments.
finished run_with_config(temporary_directory const& in, std::string_view text,
                         std::vector<std::string> arguments) {
    in.write("restat.toml", text);
    arguments.insert(arguments.begin(), {"--config", "restat.toml"});
    return run_restat(arguments, {.directory = in.path()});
}

/// Returns the files that are watched by a configuration.
std::string listed(temporary_directory const& in, std::string_view text,
                   std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), "--list");
    auto const end = run_with_config(in, text, arguments);
    BOOST_TEST(end.status.code == 0, end.error);
    BOOST_TEST(end.error == "");
    return end.output;
}

/// Returns the output of a command that a configuration runs once.
std::string output_of(temporary_directory const& in, std::string_view text,
                      std::vector<std::string> const& arguments = {}) {
    auto const end = run_with_config(in, text, arguments);
    BOOST_TEST(end.status.code == 0, end.error);
    return end.output;
}

} // namespace

BOOST_AUTO_TEST_SUITE(config_file)

BOOST_AUTO_TEST_CASE(options_have_the_meaning_of_the_command_line) {
    temporary_directory const there;
    for (char const* name : {"a.cpp", "b.hpp", "c,d.txt", "#e.md", "f.toml"})
        there.write(name, "");
    there.make_directory("sub/sub");
    there.write("sub/g.cpp", "");
    there.write("sub/sub/h.cpp", "");
    BOOST_TEST(listed(there, "ext = 'cpp'") == "a.cpp\nsub/g.cpp\nsub/sub/h.cpp\n");
    BOOST_TEST(listed(there, "ext = [\n \"cpp\", # sources\n 'hpp',\n]\ndepth = 1\n") ==
               "a.cpp\nb.hpp\n");
    BOOST_TEST(listed(there, "glob = ['#*', \"c,d*\"]") == "#e.md\nc,d.txt\n");
    BOOST_TEST(listed(there, "ignore-dir = \"sub\"\nignore = \"*.toml\"") ==
               "#e.md\na.cpp\nb.hpp\nc,d.txt\n");
    BOOST_TEST(listed(there, "follow = false\nglob = 'a*'\ninterval = 1.5\nquiet-period = 1") ==
               "a.cpp\n");
    BOOST_TEST(listed(there, "glob = []\next = 'hpp'") == "b.hpp\n");
}

BOOST_AUTO_TEST_CASE(command_line_wins) {
    temporary_directory const there;
    for (char const* name : {"a.cpp", "b.hpp"}) there.write(name, "");
    BOOST_TEST(listed(there, "ext = ['cpp', 'c']", {"-e", "hpp"}) == "b.hpp\n");
    BOOST_TEST(listed(there, "json = true\next = 'cpp'") == "a.cpp\n"); // --list excludes it
    auto const file = "on-exit = 'quit'\nshell = 'echo file'\nquiet = true\n";
    BOOST_TEST(output_of(there, file) == "file\n");
    BOOST_TEST(output_of(there, file, {"-S", "echo line"}) == "line\n");
    BOOST_TEST(output_of(there, file, {"--", "echo", "divider"}) == "divider\n");
    auto const end = run_with_config(there, file, {"-v"});
    BOOST_TEST(end.error.find("a scan of") != end.error.npos, end.error);
}

BOOST_AUTO_TEST_CASE(option_without_effect_in_this_call_is_ignored) {
    temporary_directory const there;
    there.write("a.cpp", "");
    there.write("list", "a.cpp\n");
    BOOST_TEST(listed(there, "ext = 'cpp'\nshell = 'make'\nkeys = true\nonce = true") ==
               "a.cpp\n");
    BOOST_TEST(output_of(there, "null = true\non-exit = 'quit'\nkeys = true\npaths-from = '-'",
                         {"-f", "list", "--", "echo", "run"}) == "run\n");
}

BOOST_AUTO_TEST_CASE(each_fault_names_the_file_and_the_line) {
    temporary_directory const there;
    struct {
        std::string text;
        std::string says;
    } const table[] = {
        {"\nwatch = 'src'", "2: unknown option 'watch'; write the PATH without an option"},
        {"e = 'cpp'", "1: unknown option 'e'; write ext"},
        {"[files]\next = 'cpp'", "1: 'files' is no option with a text"},
        {"ext.list = 'cpp'", "1: 'ext' is no option with a text"},
        {"\"a\\u001bb\" = 1", "1: unknown option 'a\\x1bb'"},
        {"ext = 1979-05-27", "1: 'ext' is no option with a text"},
        {"glob = [['a']]", "1: 'glob' is no option with a text"},
        {"glob = \"a\\u0000b\"", "1: 'glob' is no option with a text"},
        {"follow = 'yes'", "1: 'follow' takes true or false"},
        {"interval = true", "1: 'interval' takes a text or a number"},
        {"\n\ninterval = [1, 2]", "3: 'interval' takes a single value"},
        {"list = true", "1: 'list' is for the command line only"},
        {"config = 'other'", "1: 'config' is for the command line only"},
        {"version = true", "1: 'version' is for the command line only"},
        {"ext = 'a'\next = 'b'", "2: "},
        {"ext = 'a", "1: "},
        {"ext", "1: "},
        {"a = 1\nglob = [\n'a'\n", "3: "},
        {"ext = 'a' 'b'", "1: "},
        {"ext = '\xff'", "1: "},
        {"\ninterval = 'fast'", "2: --interval 'fast': not a duration"},
        {"\ninterval = 0", "2: --interval '0': the time between scans must be longer than 0"},
        {"glob = [\n'a',\n'b[']", "1: --glob: bad pattern 'b[' at byte 1"},
        {"\nignore = '!out'", "2: --ignore '!out': '!' does not negate a glob"},
        {"chdir = 'none'", "1: --chdir 'none': No such file or directory"},
        {"listen = 70000", "1: --listen '70000': not an address"},
        {"env-file = 'none'", "1: --env-file 'none': No such file or directory"},
        {"ignore-file = 'none'", "1: --ignore-file 'none': No such file or directory"},
        {"signal = 0", "1: --signal '0': no such signal"},
        {"kinds = 'moved'", "1: --kinds 'moved': not a list of"},
        {"quiet = true\nverbose = true", "1: --quiet and --verbose exclude each other"},
    };
    for (auto const& [text, says] : table) {
        auto const end = run_with_config(there, text, {"--", "touch", "started"});
        auto const expected = "restat: restat.toml:" + says;
        BOOST_TEST(end.status.code == 2, text);
        BOOST_TEST(end.error.starts_with(expected), end.error << " lacks " << expected);
        BOOST_TEST(std::count(end.error.begin(), end.error.end(), '\n') == 1, end.error);
        BOOST_TEST(!std::filesystem::exists(there / "started"), text);
    }
}

BOOST_AUTO_TEST_CASE(every_other_option_of_the_help_may_be_in_the_file) {
    temporary_directory const there;
    auto const help = run_restat({"--help"}, {}).output;
    std::size_t count = 0;
    for (auto at = help.find("--"); at != help.npos; at = help.find("--", at + 2)) {
        auto const line = help.rfind('\n', at) + 1;
        bool const is_option = help.compare(line, 3, "  -") == 0 && at < line + 6;
        if (!is_option) continue;
        auto const name = help.substr(at + 2, help.find_first_of(" \n", at) - at - 2);
        // Neither a value of a flag nor of another option.
        auto const end = run_with_config(there, name + " = [true]", {"--list"});
        bool const is_known = end.error.find("unknown option") == end.error.npos;
        BOOST_TEST(is_known, end.error);
        BOOST_TEST(end.status.code == 2, name);
        ++count;
    }
    BOOST_TEST(count > 40U);
}

BOOST_AUTO_TEST_SUITE_END()
