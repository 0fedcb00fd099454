#include "program.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

#include <sys/stat.h>

namespace {

struct mistake {
    std::vector<std::string> arguments;
    char const* says;
};

void check_hint(temporary_directory const& in, mistake const& made) {
    auto const end = run_restat(made.arguments, {.directory = in.path()});
    BOOST_TEST(end.status.code == 2, made.says);
    BOOST_TEST(end.error.find(made.says) != end.error.npos, end.error << " lacks " << made.says);
    BOOST_TEST(std::count(end.error.begin(), end.error.end(), '\n') == 1, end.error);
}

} // namespace

BOOST_AUTO_TEST_SUITE(hints)

BOOST_AUTO_TEST_CASE(options_of_other_tools_name_the_option_to_write) {
    temporary_directory const there;
    mistake const table[] = {
        {{"-w", "src", "--", "true"}, "unknown option '-w'; write the PATH without an option"},
        {{"--watch=src"}, "unknown option '--watch=src'; write the PATH without an option"},
        {{"--exec", "true"}, "unknown option '--exec'; write -S 'COMMAND', or COMMAND after --"},
        {{"--exts", "c"}, "unknown option '--exts'; write --ext"},
        {{"--filter=*.c"}, "; write --glob"},
        {{"--fs-events", "create"}, "unknown option '--fs-events'; write --kinds"},
        {{"--kinds", "added,delete"}, "; for delete, write removed"},
        {{"--exclude", "a"}, "; write --ignore, or --ignore-regex for a regular expression"},
        {{"--no-vcs-ignore"}, "; write --no-gitignore"},
        {{"--debounce", "1s"}, "; write --quiet-period"},
        {{"--delay", "1"}, "; write --quiet-period"},
        {{"--restart"}, "; a restart is the default"},
        {{"-r", "--", "true"},
         "option '--regex' needs a value; a restart is the default and needs no -r"},
        {{"--stop-signal", "INT"}, "; write --signal"},
        {{"--stop-timeout", "1s"}, "; write --grace"},
        {{"--on-busy-update=queue"}, "; write --on-change"},
        {{"-o", "queue", "--", "true"},
         "--on-change 'queue': not one of restart, wait, signal; write -o wait"},
        {{"--stdin-quit"}, "; write --quit-on-eof"},
        {{"--cwd", "a"}, "; write --chdir"},
        {{"--watch-file", "list"}, "; write --paths-from"},
        {{"--socket=8080"}, "; write --listen"},
        {{"--interactive"}, "; write --keys"},
        {{"--exit-on-error"}, "; write --on-exit quit"},
        {{"--ignore-nothing"}, "; write --no-gitignore --no-default-ignores"},
        {{"--only-emit-events"}, "; without a COMMAND, restat prints the changes"},
        {{"--poll"}, "; write --events off, and --interval for the time between scans"},
        {{"--legacy-watch"}, "; write --events off"},
        {{"--exclude-path", ".gitignore"}, "; write --ignore-file"},
        {{"-z", "--", "true"}, "; write --on-exit quit"},
        {{"-a", "--", "true"}, "; write -o wait"},
        {{"--exitcrash", "--", "true"}, "; write --on-exit quit"},
        {{"--emit-events-to=stdio"}, "; an argument {} becomes the changed paths"},
        {{"--build.cmd", "make"}, "unknown option '--build.cmd'; write --build"},
        {{"--build.kill_delay=1s"}, "; write --grace"},
        {{"--build.entrypoint", "a"}, "; write the program after --"},
        {{"-nr", "--", "true"},
         "--interval 'r': not a duration such as 50ms, 2s or 1.5s; for a command without keys, "
         "write </dev/null"},
        {{"-n", "--", "true"},
         "option '--interval' needs a value; for a command without keys, write </dev/null"},
        {{"-d", "--", "true"},
         "option '--depth' needs a value; a new file in a directory needs no -d"},
        {{"*.c", "--", "true"},
         "cannot watch '*.c': No such file or directory; for a glob, write -g '*.c'"},
        {{"--", "cat", "/_"}, "; for the changed paths, write {} instead of /_"},
        {{"-c", "cat"},
         "--clear has no effect without a COMMAND; to run a command, write -- cat"},
        {{"-m"}, "; restat goes on until it is stopped"},
        {{"-f", "*.c"},
         "--paths-from '*.c': No such file or directory; for a glob, write --glob"},
        {{"-s", "make -k"},
         "--signal 'make -k': no such signal; to run a line of a shell, write -S 'make -k'"},
        {{"-S", "--", "true && false"},
         "option '--shell' needs a value; write -S 'COMMAND' without --"},
    };
    for (auto const& made : table) check_hint(there, made);
}

BOOST_AUTO_TEST_CASE(command_without_its_divider_is_recognized) {
    temporary_directory const there;
    check_hint(there, {{"cat"},
                       "cannot watch 'cat': No such file or directory; to run a command, "
                       "write -- cat"});
    check_hint(there, {{"ls", "-Q"},
                       "unknown option '-Q'; to run a command, write -- before it: "
                       "-- ls -Q"});
    check_hint(there, {{"cat a && ls"}, "; to run a line of a shell, write -S 'cat a && ls'"});
    auto const other = run_restat({"no-such-program"}, {.directory = there.path()});
    BOOST_TEST(other.error.find("--  ") == other.error.npos);
    BOOST_TEST(other.error.find("write") == other.error.npos, other.error);
    there.write("cat", ""); // a file to watch
    BOOST_TEST(run_restat({"--list", "cat"}, {.directory = there.path()}).output == "cat\n");
}

BOOST_AUTO_TEST_CASE(line_of_a_shell_as_a_command_is_recognized) {
    temporary_directory const there;
    check_hint(there, {{"--", "ls a && cat"},
                       "no program is named 'ls a && cat'; for a line of a "
                       "shell, write -S 'ls a && cat'"});
    check_hint(there, {{"--", "ls a"}, "write -S 'ls a'"});
    check_hint(there, {{"--", "FOO=1", "ls", "-l"},
                       "the command begins with a variable; write -- env FOO=1 ls -l"});
    there.write("an odd name", "#!/bin/sh\nexit 4\n");
    BOOST_REQUIRE(::chmod((there / "an odd name").c_str(), 0755) == 0);
    auto const odd =
        run_restat({"--on-exit", "quit", "--", "./an odd name"}, {.directory = there.path()});
    BOOST_TEST(odd.status.code == 4);
}

BOOST_AUTO_TEST_CASE(program_in_this_directory_is_named_with_its_path) {
    temporary_directory const there;
    there.write("it-is-here", "#!/bin/sh\n");
    BOOST_REQUIRE(::chmod((there / "it-is-here").c_str(), 0755) == 0);
    auto const end =
        run_restat({"--on-exit", "quit", "--", "it-is-here"}, {.directory = there.path()});
    BOOST_TEST(end.status.code == 127);
    BOOST_TEST(end.error.find("cannot run 'it-is-here': No such file or directory; for the file "
                              "in this directory, write ./it-is-here") != end.error.npos,
               end.error);
}

BOOST_AUTO_TEST_SUITE_END()
