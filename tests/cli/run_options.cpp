#include "pseudo_terminal.hpp"
#include "watched_command.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;

std::size_t count_of(std::string_view what, std::string_view in) {
    std::size_t count = 0;
    for (auto at = in.find(what); at != in.npos; at = in.find(what, at + 1)) ++count;
    return count;
}

/// A pipe as the standard input of a program.
class input_pipe {
public:
    input_pipe() { BOOST_REQUIRE(::pipe2(ends_, O_CLOEXEC) == 0); }
    input_pipe(input_pipe const&) = delete;
    ~input_pipe() {
        ::close(ends_[0]);
        close();
    }

    start_options of(temporary_directory const& in) const {
        return {.directory = in.path(),
                .prepare = [read = ends_[0]] { ::dup2(read, STDIN_FILENO); }};
    }
    void write(std::string_view text) const {
        BOOST_REQUIRE(::write(ends_[1], text.data(), text.size()) ==
                      static_cast<ssize_t>(text.size()));
    }
    void close() {
        if (ends_[1] >= 0) ::close(ends_[1]);
        ends_[1] = -1;
    }

private:
    int ends_[2];
};

} // namespace

BOOST_AUTO_TEST_SUITE(run_options)

BOOST_AUTO_TEST_CASE(shell_runs_a_line_and_passes_its_status_on) {
    temporary_directory const there;
    auto const end =
        run_restat({"--on-exit", "quit", "-S", "printf %s 'a  b' | tr a c && exit 7"},
                   {.directory = there.path()});
    BOOST_TEST(end.output == "c  b");
    BOOST_TEST(end.status.code == 7);
}

BOOST_AUTO_TEST_CASE(wait_runs_the_command_once_more_for_all_changes_of_a_run) {
    temporary_directory const there;
    running_program restat{shell_under_restat({"-o", "wait"},
                                              "echo run $RESTAT_GENERATION; "
                                              "until [ -e go ]; do sleep 0.02; done; rm -f go"),
                           {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("run 1\n"));
    there.write("a", "1");
    BOOST_REQUIRE(
        restat.wait_for_error("restat: added a; running again when the command ends\n"));
    there.write("b", "1");
    BOOST_TEST(restat.becomes_silent());
    BOOST_TEST(restat.output() == "run 1\n");
    there.write("go", "");
    BOOST_TEST(restat.wait_for_output("run 2\n"));
    BOOST_TEST(count_of("when the command ends", restat.error()) == 1U, restat.error());
    BOOST_TEST(count_of("; running again\n", restat.error()) == 1U, restat.error());
}

BOOST_AUTO_TEST_CASE(wait_does_not_repeat_a_run_for_its_product) {
    temporary_directory const there;
    running_program restat{
        shell_under_restat({"-o", "wait", "--quiet-period", "20ms"},
                           "echo run $RESTAT_GENERATION; exec 5>product; sleep 1; "
                           "date +%N >&5; sleep 1; echo end $RESTAT_GENERATION"),
        {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("end 1\n"));
    BOOST_TEST(restat.becomes_silent());
    there.write("source", "1");
    BOOST_REQUIRE(restat.wait_for_output("end 2\n"));
    BOOST_TEST(restat.becomes_silent());
    BOOST_TEST(restat.output() == "run 1\nend 1\nrun 2\nend 2\n");
    BOOST_TEST(count_of("the command itself changes product; ", restat.error()) == 1U);
}

BOOST_AUTO_TEST_CASE(edit_of_a_product_during_the_run_is_not_lost) {
    temporary_directory const there;
    running_program restat{
        shell_under_restat({"-o", "wait", "--quiet-period", "20ms"},
                           "echo run $RESTAT_GENERATION; exec 5>product; sleep 0.2; "
                           "date +%N >&5; exec 5>&-; echo closed; "
                           "until [ -e go ]; do sleep 0.02; done"),
        {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("closed\n"));
    std::this_thread::sleep_for(600ms); // the command had the file open at most 0.5 s ago
    there.write("product", "by a person");
    BOOST_REQUIRE(restat.wait_for_error("modified product; running again when the command"));
    there.write("go", "");
    BOOST_TEST(restat.wait_for_output("run 2\n"));
}

BOOST_AUTO_TEST_CASE(edit_of_a_product_just_after_the_run_is_not_lost) {
    temporary_directory const there;
    running_program restat{
        shell_under_restat({"-o", "wait", "--quiet-period", "20ms"},
                           "echo run $RESTAT_GENERATION; exec 5>product; sleep 0.2; "
                           "date +%N >&5; [ $RESTAT_GENERATION = 1 ]"),
        {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_error("restat: the command exited after "));
    std::this_thread::sleep_for(20ms); // more than a tick
    there.write("product", "by a person");
    BOOST_TEST(restat.wait_for_output("run 2\n"));
}

BOOST_AUTO_TEST_CASE(signal_makes_the_command_reload) {
    temporary_directory const there;
    running_program restat{shell_under_restat({"-o", "signal"},
                                              "trap 'echo reload' HUP; trap 'exit 0' TERM; "
                                              "echo run; while :; do sleep 0.05; done"),
                           {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("run\n"));
    there.write("a", "1");
    BOOST_TEST(restat.wait_for_output("reload\n"));
    there.write("a", "22");
    BOOST_TEST(restat.wait_for_output("reload\nreload\n"));
    BOOST_TEST(restat.wait_for_error("restat: modified a; sent SIGHUP to the command\n"));
    BOOST_TEST(restat.output() == "run\nreload\nreload\n");
    restat.signal(SIGTERM);
    BOOST_TEST(restat.ends_by(SIGTERM));
}

BOOST_AUTO_TEST_CASE(signal_of_the_user_is_for_the_reload_alone) {
    temporary_directory const there;
    running_program restat{
        shell_under_restat({"-o", "signal", "-s", "USR1"},
                           "trap 'echo reload' USR1; trap 'echo end; exit 0' TERM; "
                           "echo run; while :; do sleep 0.05; done"),
        {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("run\n"));
    there.write("a", "1");
    BOOST_TEST(restat.wait_for_output("reload\n"));
    restat.signal(SIGTERM);
    BOOST_TEST(restat.wait_for_output("end\n"));
}

BOOST_AUTO_TEST_CASE(run_beyond_the_timeout_is_stopped_and_reported) {
    temporary_directory const there;
    there.write("file", "1");
    running_program restat{shell_under_restat({"--timeout", "300ms"}, "echo $$; exec sleep 1000"),
                           {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_error("; waiting for a change\n"));
    BOOST_TEST(without_durations(restat.error()) ==
               "restat: the command ran longer than 300 ms (--timeout); stopping it\n"
               "restat: the command was terminated by SIGTERM after TIME; waiting for a "
               "change\n");
    BOOST_TEST(is_gone_soon(std::atoi(restat.output().c_str())));
    there.write("a", "1");
    BOOST_TEST(restat.wait_for([&] { return count_of("stopping it", restat.error()) == 2; }));
}

BOOST_AUTO_TEST_CASE(timeout_of_the_last_run_is_its_status) {
    temporary_directory const there;
    auto const end =
        run_restat({"--timeout", "200ms", "--on-exit", "quit", "--", "sleep", "1000"},
                   {.directory = there.path()});
    BOOST_TEST(end.status.code == 128 + SIGTERM);
}

BOOST_AUTO_TEST_CASE(command_runs_in_its_directory_and_gets_absolute_paths) {
    temporary_directory const there;
    there.make_directory("below");
    there.write("below/tool", "#!/bin/sh\npwd -P; tr '\\t\\0' '= ' <$RESTAT_CHANGES\n");
    BOOST_REQUIRE(::chmod((there / "below/tool").c_str(), 0755) == 0);
    running_program restat{
        restat_with({"-n", "50ms", "-p", "-1", "--chdir", "below", "--", "./tool"}),
        {.directory = there.path()}};
    BOOST_TEST(restat.becomes_silent());
    there.write("a", "1");
    BOOST_REQUIRE(restat.wait());
    auto const place = std::filesystem::canonical(there.path()).native();
    BOOST_TEST(restat.output() == place + "/below\nadded=" + place + "/a ");
}

BOOST_AUTO_TEST_CASE(end_of_the_input_stops_the_command_and_restat) {
    temporary_directory const there;
    input_pipe input;
    running_program restat{shell_under_restat({"--quit-on-eof"},
                                              "trap 'echo end; exit' TERM; echo $$; wc -c; "
                                              "while :; do sleep 0.05; done"),
                           input.of(there)};
    BOOST_REQUIRE(restat.wait_for_output("\n0\n")); // the command reads nothing
    auto const command = std::atoi(restat.output().c_str());
    input.write("some text\n");
    BOOST_TEST(restat.becomes_silent());
    BOOST_TEST(is_alive(command));
    input.close();
    BOOST_TEST(restat.ends_by(SIGTERM));
    BOOST_TEST(restat.output().ends_with("\nend\n"));
    BOOST_TEST(!is_alive(command));
}

BOOST_AUTO_TEST_CASE(end_of_the_input_ends_the_printing_of_changes) {
    temporary_directory const there;
    input_pipe input;
    running_program restat{restat_with({"-n", "50ms", "--quit-on-eof"}), input.of(there)};
    BOOST_TEST(restat.becomes_silent());
    there.write("a", "1");
    BOOST_TEST(restat.wait_for_output("added a\n"));
    input.close();
    BOOST_TEST(restat.ends_by(SIGTERM));
}

BOOST_AUTO_TEST_CASE(input_in_the_background_of_a_terminal_is_left_alone) {
    temporary_directory const there;
    there.write("file", "1");
    terminal screen;
    interactive_shell const shell{screen, there};
    screen.type(std::string{RESTAT_PROGRAM} + " -n 50ms --quit-on-eof -- sleep 1000 &\n");
    BOOST_REQUIRE(screen.shows("watching"));
    screen.type("echo still $((1 + 1))\n");
    BOOST_TEST(screen.shows("still 2"));
    screen.type("jobs\n");
    BOOST_TEST(screen.shows("Running"));
    screen.type("kill %1; wait; echo over $((1 + 2))\n");
    BOOST_TEST(screen.shows("over 3"));
}

BOOST_AUTO_TEST_CASE(bell_rings_on_a_terminal_when_a_run_ends_by_itself) {
    temporary_directory const there;
    there.write("a", "1");
    terminal screen;
    running_program restat{restat_with({"-n", "50ms", "--bell", "-S",
                                        "[ $RESTAT_REASON = start ] || exec sleep 99"}),
                           at(screen, there, false)};
    BOOST_REQUIRE(screen.shows("; waiting for a change"));
    BOOST_TEST(count_of("\a", screen.screen()) == 1U);
    there.write("a", "22");
    BOOST_REQUIRE(screen.shows("modified a; restarting"));
    restat.signal(SIGTERM);
    BOOST_REQUIRE(restat.wait());
    screen.refresh();
    BOOST_TEST(count_of("\a", screen.screen()) == 1U); // the stop is no end by itself
}

BOOST_AUTO_TEST_CASE(bell_is_not_written_into_a_file) {
    temporary_directory const there;
    auto const end =
        run_restat({"--bell", "--on-exit", "quit", "--", "true"}, {.directory = there.path()});
    BOOST_TEST(count_of("\a", end.error + end.output) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
