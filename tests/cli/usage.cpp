#include "program.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

BOOST_AUTO_TEST_SUITE(usage)

BOOST_AUTO_TEST_CASE(invalid_arguments_are_rejected_with_name_and_reason) {
    temporary_directory const there;
    struct {
        std::vector<std::string> arguments;
        char const* says;
    } const table[] = {
        {{"--foo"}, "unknown option '--foo'"},
        {{"--foo=bar"}, "unknown option '--foo=bar'"},
        {{"-Z"}, "unknown option '-Z'"},
        {{"-qZ"}, "unknown option '-Z'"},
        {{"--fo\x1b[31mo"}, "unknown option '--fo\\x1b[31mo'"},
        {{"-n"}, "option '--interval' needs a value"},
        {{"-g"}, "option '--glob' needs a value"},
        {{"-n", "fast"}, "--interval 'fast': not a duration"},
        {{"-n", "0"}, "--interval '0': the time between scans must be longer than 0"},
        {{"--quiet-period", "-1s"}, "--quiet-period '-1s': not a duration"},
        {{"--max-wait=5x"}, "--max-wait '5x': not a duration"},
        {{"--grace", "long"}, "--grace 'long': not a duration"},
        {{"-s", "FOO"}, "--signal 'FOO': no such signal"},
        {{"--on-exit", "sing"}, "--on-exit 'sing': not one of wait, quit, restart"},
        {{"--color", "red"}, "--color 'red': not one of auto, always, never"},
        {{"-e", "cpp,,hpp"}, "--ext 'cpp,,hpp': not a list of extensions"},
        {{"-e", "*.c?"}, "use --glob for wildcards"},
        {{"--ignore-dir", "a/b"}, "--ignore-dir 'a/b': not a name"},
        {{"--ignore-dir", "build*"},
         "--ignore-dir 'build*': a name has no wildcards; write --ignore 'build*/'"},
        {{"-i", "!out"},
         "--ignore '!out': '!' does not negate a glob; to keep the path, write '!out' into a "
         "file "
         ".ignore; for a name that starts with '!', write '\\!out'"},
        {{"-g", "!out"},
         "--glob '!out': '!' does not negate a glob; to exclude the path, write --ignore 'out'"},
        {{"-i", "/out"},
         "--ignore '/out': matches no path below '.': a glob that starts with "
         "'/' is a whole path; write '"},
        {{"-i", "/out"}, "/out', or 'out' for this name in any directory"},
        {{"-i", "/a/out*"}, "or 'a/out*' for this path below a PATH"},
        {{"-i", "../out"}, "--ignore '../out': no path below '.' has a component '..'"},
        {{"-g", "a/../b"}, "--glob 'a/../b': no path below '.' has a component '..'"},
        {{"-g", "a//b*"}, "--glob 'a//b*': no path below '.' has a component '//'"},
        {{"-i", "a/./b"}, "--ignore 'a/./b': no path below '.' has a component '.'"},
        {{"--json", "-0"}, "--json and --null exclude each other"},
        {{"-q", "-v"}, "--quiet and --verbose exclude each other"},
        {{"--list=yes"}, "option '--list' takes no value"},
        {{"-g", "a[b"}, "--glob: bad pattern 'a[b' at byte 1"},
        {{"-i", "{a"}, "--ignore: bad pattern '{a' at byte 0"},
        {{"-r", ""}, "--regex '': an empty pattern is found in every path"},
        {{"-x", ""}, "--ignore-regex '': an empty pattern is found in every path"},
        {{"--explain", ""}, "--explain '': not a path"},
        {{"--explain"}, "option '--explain' needs a value"},
        {{"--explain", "a", "--list"}, "--explain and --list exclude each other"},
        {{"--explain", "a", "missing"}, "cannot watch 'missing'"},
        {{"-i", "[", "-x", "["}, "--ignore: bad pattern '[' at byte 0"},
        {{"-g", "/[", "."}, "--glob: bad pattern '/[' at byte 1"},
        {{"-i", "/[", "."}, "--ignore: bad pattern '/[' at byte 1"},
#ifdef RESTAT_WITHOUT_PCRE2
        {{"-r", "a$"},
         "--regex: cannot use the pattern 'a$': this build has no regular expressions; build "
         "restat with the CMake option RESTAT_WITH_PCRE2=ON"},
        {{"-x", "a$"}, "--ignore-regex: cannot use the pattern 'a$': this build has no regular"},
#else
        {{"-r", "(a"}, "--regex: bad pattern '(a' at byte 2"},
        {{"-r", "(?:a{1,1000}){1,1000}"}, "compiles to more than 16384 bytes"},
        {{"-x", "a{1}["}, "--ignore-regex: bad pattern 'a{1}[' at byte 5"},
        {{"-i", "a{1}", "-x", "a{1}["}, "--ignore-regex: bad pattern 'a{1}[' at byte 5"},
        {{"-g", "a", "-r", "["}, "--regex: bad pattern '[' at byte 1"},
#endif
        {{"-b", ""}, "--build '': not a command"},
        {{"-o", "kill"}, "--on-change 'kill': not one of restart, wait, signal"},
        {{"-o", "wait", "-1"}, "--once and --on-change exclude each other"},
        {{"-k", "--quit-on-eof"}, "--keys and --quit-on-eof exclude each other"},
        {{"--timeout", "0"}, "--timeout '0': the time of a run must be longer than 0"},
        {{"--timeout", "x"}, "--timeout 'x': not a duration"},
        {{"--chdir", ""}, "--chdir '': not a directory"},
        {{"--chdir", "none"}, "--chdir 'none': No such file or directory"},
        {{"--config", "none"}, "--config 'none': No such file or directory"},
        {{"--config"}, "option '--config' needs a value"},
        {{"--kinds", "moved"},
         "--kinds 'moved': not a list of added, removed, modified and renamed"},
        {{"--kinds", ""}, "--kinds '': not a list of added"},
        {{"--kinds"}, "option '--kinds' needs a value"},
        {{"--events", "on"}, "--events 'on': not one of auto, off"},
        {{"--cpu-share", "0"}, "--cpu-share '0': not a number of percent"},
        {{"--cpu-share", "101%"}, "--cpu-share '101%': not a number of percent"},
        {{"--cpu-share", "x"}, "--cpu-share 'x': not a number of percent"},
        {{"--strays", "kill"}, "--strays 'kill': not one of end, leave"},
        {{"--env-file", "none"}, "--env-file 'none': No such file or directory"},
        {{"-S", ""}, "--shell '': not a command"},
        {{"-S", "make"}, "--shell and a command after '--' exclude each other"},
        {{"-S"}, "option '--shell' needs a value"},
        {{"missing"}, "cannot watch 'missing': No such file or directory"},
        {{"./a/b"}, "cannot watch './a/b': No such file or directory"},
        {{""}, "cannot watch '': No such file or directory"},
        {{".", "--"}, "no command after '--'"},
    };
    for (auto const& [arguments, says] : table) {
        auto with_command = arguments;
        if (arguments.back() != "--") {
            with_command.insert(with_command.end(), {"--", "touch", "started"});
        }
        auto const end = run_restat(with_command, {.directory = there.path()});
        BOOST_TEST(end.status.code == 2, says);
        BOOST_TEST(end.output.empty(), says);
        BOOST_TEST(end.error.starts_with("restat: "), end.error);
        BOOST_TEST(end.error.find(says) != end.error.npos, end.error << " lacks " << says);
        BOOST_TEST(end.error.find("--help") != end.error.npos, end.error);
        BOOST_TEST(std::count(end.error.begin(), end.error.end(), '\n') == 1, end.error);
        BOOST_TEST(!std::filesystem::exists(there / "started"), says);
    }
}

BOOST_AUTO_TEST_CASE(option_without_effect_is_rejected) {
    temporary_directory const there;
    struct {
        std::vector<std::string> arguments;
        char const* says;
    } const table[] = {
        {{"--json", "--", "true"}, "--json has no effect with a COMMAND"},
        {{"-0", "--", "true"}, "--null has no effect with a COMMAND"},
        {{"-b", "make"}, "--build has no effect without a COMMAND"},
        {{"--grace", "1s"}, "--grace has no effect without a COMMAND"},
        {{"-k"}, "--keys has no effect without a COMMAND"},
        {{"-o", "wait"}, "--on-change has no effect without a COMMAND"},
        {{"--timeout", "1s"}, "--timeout has no effect without a COMMAND"},
        {{"--chdir", "."}, "--chdir has no effect without a COMMAND"},
        {{"--env-file", "a"}, "--env-file has no effect without a COMMAND"},
        {{"--listen", "8080"}, "--listen has no effect without a COMMAND"},
        {{"--strays", "leave"}, "--strays has no effect without a COMMAND"},
        {{"--bell"}, "--bell has no effect without a COMMAND"},
        {{"--list", "--quit-on-eof"}, "--quit-on-eof has no effect with --list"},
        {{"--list", "-S", "make"}, "--shell has no effect with --list"},
        {{"--list", "--kinds", "added"}, "--kinds has no effect with --list"},
        {{"--list", "-1"}, "--once has no effect with --list"},
        {{"--list", "-c", "--", "true"}, "--clear has no effect with --list"},
    };
    for (auto const& [arguments, says] : table) {
        auto const end = run_restat(arguments, {.directory = there.path()});
        BOOST_TEST(end.status.code == 2, says);
        BOOST_TEST(end.error.find(says) != end.error.npos, end.error << " lacks " << says);
    }
}

BOOST_AUTO_TEST_CASE(help_and_version_are_printed_on_standard_output) {
    for (char const* option : {"-h", "--help"}) {
        auto const help = run_restat({option}, {});
        BOOST_TEST(help.status.code == 0);
        BOOST_TEST(help.error.empty(), help.error);
        for (char const* name : {"--ext",
                                 "--glob",
                                 "--ignore",
                                 "--regex",
                                 "--ignore-regex",
                                 "--ignore-dir",
                                 "--no-default-ignores",
                                 "--follow",
                                 "--list",
                                 "--explain",
                                 "--interval",
                                 "--quiet-period",
                                 "--max-wait",
                                 "--signal",
                                 "--grace",
                                 "--postpone",
                                 "--once",
                                 "--build",
                                 "--clear",
                                 "--keys",
                                 "--on-exit",
                                 "--shell",
                                 "--cpu-share",
                                 "--events",
                                 "--listen",
                                 "--completion",
                                 "--env-file",
                                 "--strays",
                                 "--paths-from",
                                 "--ignore-file",
                                 "--depth",
                                 "--kinds",
                                 "--on-change",
                                 "--timeout",
                                 "--chdir",
                                 "--bell",
                                 "--quit-on-eof",
                                 "--null",
                                 "--config",
                                 "--json",
                                 "--quiet",
                                 "--verbose",
                                 "--color",
                                 "--help",
                                 "--version"}) {
            BOOST_TEST(help.output.find(name) != help.output.npos, name);
        }
    }
    auto const help = run_restat({"--help"}, {});
    BOOST_TEST(help.output.find("--manual-page") == help.output.npos); // for the build of restat
    auto const version = run_restat({"--version"}, {});
    BOOST_TEST(version.status.code == 0);
    BOOST_TEST(version.output.starts_with("restat 0."), version.output);
}

BOOST_AUTO_TEST_CASE(options_may_stand_anywhere_and_the_last_wins) {
    temporary_directory const there;
    there.write("a.cpp", "");
    there.write("b.hpp", "");
    there.write("[c].cpp", "");
    auto const list = [&](std::vector<std::string> const& arguments) {
        auto const end = run_restat(arguments, {.directory = there.path()});
        BOOST_TEST(end.status.code == 0, end.error);
        return end.output;
    };
    BOOST_TEST(list({".", "-e", "cpp", "--list"}) == "[c].cpp\na.cpp\n");
    BOOST_TEST(list({"-e", "cpp", ".", "--list"}) == "[c].cpp\na.cpp\n");
    BOOST_TEST(list({"--list", "-ecpp", "-e.hpp"}) == "[c].cpp\na.cpp\nb.hpp\n");
    BOOST_TEST(list({"--list", "[c].cpp", "b.hpp"}) == "[c].cpp\nb.hpp\n");
    BOOST_TEST(list({"--list", "-g", "[ab].*"}) == "a.cpp\nb.hpp\n");
    BOOST_TEST(list({"--list", "-g", "{a,b}.*", "."}) == "a.cpp\nb.hpp\n");
    BOOST_TEST(list({"--list", "-n1", "-n", "50ms", "-L", "-L", "b.hpp"}) == "b.hpp\n");
    BOOST_TEST(list({"--list", "b.hpp", "--", "--foo"}) == "b.hpp\n");
}

BOOST_AUTO_TEST_CASE(failed_output_is_an_error) {
    start_options const full{.directory = "/", .prepare = [] {
                                 ::dup2(::open("/dev/full", O_WRONLY), STDOUT_FILENO);
                             }};
    auto const end = run_restat({"--list", "/etc/passwd"}, full);
    BOOST_TEST(end.status.code == 1);
    BOOST_TEST(end.error == "restat: cannot write to standard output: No space left on device\n");

    start_options const closed{.directory = "/", .prepare = [] { ::close(STDOUT_FILENO); }};
    auto const none = run_restat({"--list", "/etc/passwd"}, closed);
    BOOST_TEST(none.status.code == 1);
    BOOST_TEST(none.error == "restat: cannot write to standard output: Bad file descriptor\n");
}

BOOST_AUTO_TEST_SUITE_END()
