#include "pseudo_terminal.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace {

constexpr char const* interrupt_key = "\x03";

} // namespace

BOOST_AUTO_TEST_SUITE(at_a_terminal)

BOOST_AUTO_TEST_CASE(names_are_escaped_and_kinds_colored) {
    temporary_directory const there;
    terminal screen;
    running_program restat{restat_with({"-v", "-n", "50ms"}), at(screen, there)};
    BOOST_REQUIRE(screen.shows("a scan of "));
    there.write("a\n\x1b[31m\xFF\xC3\xA9", "1");
    BOOST_TEST(screen.shows("\x1b[32madded\x1b[m a\\n\\x1b[31m\\xff\xC3\xA9\r\n"),
               screen.screen());
}

BOOST_AUTO_TEST_CASE(no_color_is_honored) {
    temporary_directory const there;
    terminal screen;
    running_program restat{restat_with({"-v", "-n", "50ms"}), at(screen, there, false)};
    BOOST_REQUIRE(screen.shows(" a scan of "));
    there.write("a", "1");
    BOOST_TEST(screen.shows("added a\r\n"));
    BOOST_TEST(screen.screen().find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(number_of_watched_files_is_printed) {
    temporary_directory const there;
    there.make_directory("src");
    there.write("src/a", "");
    there.write("src/b", "");
    terminal screen;
    running_program restat{restat_with({"--color", "never"}), at(screen, there)};
    BOOST_TEST(screen.shows(" watching 2 files in .\r\n"), screen.screen());
    terminal other;
    running_program with_command{
        restat_with({"--color", "never", "src", "src/a", "--", "sleep", "1000"}),
        at(other, there)};
    BOOST_TEST(other.shows(" watching 2 files in src, src/a\r\n"), other.screen());
}

// A process left by restat would become a child of this process.
BOOST_AUTO_TEST_CASE(an_interrupt_ends_restat_by_the_same_signal_and_leaves_no_process) {
    temporary_directory const there;
    terminal screen;
    BOOST_REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    running_program restat{restat_with({"--", "sh", "-c", "echo up; exec sleep 1000"}),
                           at(screen, there)};
    BOOST_REQUIRE(screen.shows("up\r\n"));
    screen.type(interrupt_key);
    BOOST_TEST(restat.ends_by(SIGINT));
    siginfo_t left{};
    int const found = ::waitid(P_ALL, 0, &left, WEXITED | WNOHANG | WNOWAIT | __WALL);
    int const why = errno;
    BOOST_TEST(found == -1);
    BOOST_TEST(why == ECHILD);
    while (::waitpid(-1, nullptr, __WALL) > 0) {
    }
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

BOOST_AUTO_TEST_CASE(interrupt_ends_restat_for_each_reaction_of_the_command) {
    for (char const* script : {
             "trap 'echo caught; exit 0' INT; echo up; while :; do sleep 0.05; done",
             "trap '' INT; echo up; while :; do sleep 0.05; done",      // ended by TERM
             "trap '' INT TERM; echo up; while :; do sleep 0.05; done", // ended by KILL
             "trap 'echo no' INT; trap 'exit 5' TERM; echo up; read word",
         }) {
        temporary_directory const there;
        terminal screen;
        running_program restat{restat_with({"--grace", "500ms", "--", "sh", "-c", script}),
                               at(screen, there)};
        BOOST_REQUIRE(screen.shows("up\r\n"));
        screen.type(interrupt_key);
        BOOST_TEST(restat.ends_by(SIGINT), script);
    }
}

// A loaded machine may not give the command enough of its second, so the test allows several
// attempts; a TERM at once would fail in all of them.
BOOST_AUTO_TEST_CASE(interrupt_leaves_time_for_cleanup) {
    bool tidied = false;
    for (int times = 0; times < 20 && !tidied; ++times) {
        temporary_directory const there;
        terminal screen;
        running_program restat{restat_with({"--", "sh", "-c",
                                            "trap 'sleep 0.1; echo tidy; exit 0' INT; echo up; "
                                            "while :; do sleep 0.05; done"}),
                               at(screen, there)};
        BOOST_REQUIRE(screen.shows("up\r\n"));
        screen.type(interrupt_key);
        BOOST_TEST(restat.ends_by(SIGINT));
        tidied = screen.shows("tidy\r\n", std::chrono::milliseconds{500});
    }
    BOOST_TEST(tidied);
}

BOOST_AUTO_TEST_CASE(a_second_interrupt_kills) {
    temporary_directory const there;
    terminal screen;
    running_program restat{
        restat_with({"-q", "--grace", "1000s", "--", "sh", "-c",
                     "trap 'echo asked' INT TERM; echo $$ up; while :; do sleep 0.05; done"}),
        at(screen, there)};
    BOOST_REQUIRE(screen.shows("up\r\n"));
    auto const shell = std::atoi(screen.screen().c_str());
    screen.type(interrupt_key);
    BOOST_REQUIRE(screen.shows("asked\r\n"));
    BOOST_TEST(is_alive(shell));
    // Two signals before restat runs again count as a single signal.
    decltype(restat.wait()) end;
    for (int times = 0; times < 20 && !end; ++times) {
        screen.type(interrupt_key);
        end = restat.wait(std::chrono::seconds{3});
    }
    BOOST_REQUIRE(end);
    BOOST_TEST(end->signal == SIGINT);
    BOOST_TEST(!is_alive(shell));
}

BOOST_AUTO_TEST_CASE(hangup_ends_command_and_restat) {
    temporary_directory const there;
    auto screen = std::make_unique<terminal>();
    running_program restat{
        restat_with({"--", "sh", "-c", "trap '' HUP; echo $$ up; while :; do sleep 0.05; done"}),
        at(*screen, there)};
    BOOST_REQUIRE(screen->shows("up\r\n"));
    auto const shell = std::atoi(screen->screen().c_str());
    screen.reset();
    BOOST_TEST(restat.ends_by(SIGHUP));
    BOOST_TEST(!is_alive(shell));
}

BOOST_AUTO_TEST_CASE(terminal_is_restored_after_a_death_in_raw_mode) {
    temporary_directory const there;
    terminal screen;
    auto const before = screen.modes();
    running_program restat{
        restat_with({"--", "sh", "-c", "stty sane; stty raw -echo; echo raw; kill -KILL $$"}),
        at(screen, there)};
    BOOST_REQUIRE(screen.shows("; waiting for a change\r\n"));
    BOOST_TEST((screen.modes() == before));
    restat.signal(SIGTERM);
    BOOST_REQUIRE(restat.wait());
}

BOOST_AUTO_TEST_CASE(shell_suspends_and_resumes_restat_and_gets_its_status) {
    temporary_directory const there;
    terminal screen;
    auto const restat = restat_with({"--on-exit", "quit", "--", "sh", "-c",
                                     "echo $$ up; read word; echo got $word; read word"});
    std::string line;
    for (auto const& word : restat) line += "'" + word + "' ";
    interactive_shell shell{screen, there};
    screen.type("PS1='[$?] '\n" + line + "\n");
    BOOST_REQUIRE(screen.shows("up\r\n"));
    screen.type("\x1a");
    BOOST_REQUIRE(screen.shows("Stopped"));
    screen.type("echo shell $((40 + 2))\n"); // the shell reads now
    BOOST_REQUIRE(screen.shows("shell 42\r\n"));
    screen.type("fg\n");
    screen.type("word\n");
    BOOST_REQUIRE(screen.shows("got word\r\n"));
    screen.type(interrupt_key);
    BOOST_TEST(screen.shows("[130] "), screen.screen());
    screen.type("exit\n");
    BOOST_TEST(shell.wait().has_value());
}

BOOST_AUTO_TEST_CASE(keys_restart_pause_and_quit) {
    temporary_directory const there;
    terminal screen;
    auto const before = screen.modes();
    running_program restat{
        restat_with({"-k", "-n", "50ms", "--", "sh", "-c",
                     "stty -a </dev/tty; read x; echo run $RESTAT_GENERATION $RESTAT_REASON; "
                     "exec sleep 1000"}),
        at(screen, there, false)};
    BOOST_REQUIRE(screen.shows("run 1 start\r\n")); // reads no input, and is not stopped
    screen.type("r");
    BOOST_TEST(screen.shows("run 2 change\r\n"));
    screen.type("x ");
    BOOST_TEST(screen.shows("run 3 change\r\n"));
    screen.type("p");
    BOOST_TEST(screen.shows(" paused; press p or r to resume\r\n"));
    there.write("a", "1");
    BOOST_TEST(!screen.shows("run 4", std::chrono::milliseconds{700}));
    screen.type("p");
    BOOST_TEST(screen.shows("run 4 change\r\n"));
    screen.type("q");
    auto const end = restat.wait();
    BOOST_REQUIRE(end);
    BOOST_TEST(end->code == 0);
    BOOST_TEST((screen.modes() == before));
}

BOOST_AUTO_TEST_CASE(restart_after_a_pause_names_its_changes) {
    temporary_directory const there;
    there.write("a", "1");
    there.write("b", "1");
    terminal screen;
    running_program restat{restat_with({"-v", "-k", "-c", "-n", "50ms", "--", "sh", "-c",
                                        "echo run $RESTAT_GENERATION; exec sleep 1000"}),
                           at(screen, there, false)};
    BOOST_REQUIRE(screen.shows("run 1\r\n"));
    screen.type("p");
    BOOST_REQUIRE(screen.shows("paused; press p or r to resume\r\n"));
    there.write("a", "another");
    BOOST_REQUIRE(screen.shows(" modified a"));
    there.write("b", "another");
    BOOST_REQUIRE(screen.shows(" modified b"));
    screen.type("p");
    BOOST_TEST(screen.shows(" modified a, b; restarting\r\n"), screen.screen());
    BOOST_REQUIRE(screen.shows("run 2\r\n"));
    auto const cleared = screen.screen().rfind("\x1b[2J");
    BOOST_TEST(cleared > screen.screen().find("run 1"), screen.screen());
    restat.signal(SIGTERM);
    BOOST_REQUIRE(restat.wait());
}

BOOST_AUTO_TEST_CASE(the_screen_is_cleared_before_each_run) {
    temporary_directory const there;
    terminal screen;
    running_program restat{
        restat_with({"-q", "-c", "-n", "50ms", "--", "sh", "-c",
                     "trap 'echo bye; exit' TERM; echo run $RESTAT_GENERATION; read x"}),
        at(screen, there)};
    BOOST_REQUIRE(screen.shows("run 1\r\n"));
    there.write("a", "1");
    BOOST_REQUIRE(screen.shows("run 2\r\n"));
    BOOST_TEST(screen.screen() == "\x1b[H\x1b[2Jrun 1\r\nbye\r\n"
                                  "\x1b[H\x1b[2Jrun 2\r\n");
}

BOOST_AUTO_TEST_CASE(the_lines_above_the_screen_are_cleared_only_on_request) {
    temporary_directory const there;
    terminal screen;
    running_program restat{restat_with({"-q", "-cc", "--on-exit", "quit", "--", "echo", "run"}),
                           at(screen, there)};
    BOOST_REQUIRE(restat.wait());
    screen.refresh();
    BOOST_TEST(screen.screen() == "\x1b[H\x1b[2J\x1b[3Jrun\r\n");
}

BOOST_AUTO_TEST_CASE(command_reads_the_terminal) {
    temporary_directory const there;
    terminal screen;
    running_program restat{
        restat_with({"--on-exit", "quit", "--", "sh", "-c", "echo up; read word; exit $word"}),
        at(screen, there)};
    BOOST_REQUIRE(screen.shows("up\r\n"));
    screen.type("42\n");
    auto const end = restat.wait();
    BOOST_REQUIRE(end);
    BOOST_TEST(end->code == 42);
}

BOOST_AUTO_TEST_SUITE_END()
