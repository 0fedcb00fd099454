#include "watched_command.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace {

finished run_shell(temporary_directory const& in, std::vector<std::string> const& options,
                   std::string const& script) {
    running_program restat{shell_under_restat(options, script), {.directory = in.path()}};
    auto const status = restat.wait();
    BOOST_REQUIRE_MESSAGE(status, "does not end: " << restat.error());
    return {*status, restat.output(), restat.error()};
}

/// A script that the directory can run.
void write_program(temporary_directory const& in, char const* name, std::string const& script) {
    in.write("draft", "#!/bin/sh\n" + script + "\n");
    BOOST_REQUIRE(::chmod((in / "draft").c_str(), 0755) == 0);
    in.rename("draft", name);
}

} // namespace

BOOST_AUTO_TEST_SUITE(command)

BOOST_AUTO_TEST_CASE(it_gets_the_bytes_of_its_arguments) {
    temporary_directory const there;
    auto const end = run_restat({"--on-exit", "quit", "--", "printf", "%s|", "a b", "$HOME",
                                 "--list", "", "*", "--", "\xFF\n"},
                                {.directory = there.path()});
    BOOST_TEST(end.status.code == 0);
    BOOST_TEST(end.output == "a b|$HOME|--list||*|--|\xFF\n|");
}

BOOST_AUTO_TEST_CASE(it_starts_with_the_signals_that_restat_was_started_with) {
    temporary_directory const there;
    auto const end = run_restat({"--on-exit=quit", "--", "grep", "Sig[BI]", "/proc/self/status"},
                                {.directory = there.path()});
    BOOST_TEST(end.output == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

BOOST_AUTO_TEST_CASE(quit_has_its_status) {
    temporary_directory const there;
    BOOST_TEST(run_shell(there, {"--on-exit", "quit"}, "exit 5").status.code == 5);
    BOOST_TEST(run_shell(there, {"--on-exit", "quit"}, "exit 0").status.code == 0);
    auto const killed = run_shell(there, {"--on-exit", "quit"}, "kill -KILL $$");
    BOOST_TEST(killed.status.code == 128 + 9);
    BOOST_TEST(killed.error.ends_with("\nrestat: the command was ended by SIGKILL\n"));
}

BOOST_AUTO_TEST_CASE(once_runs_to_the_end_after_the_first_change) {
    temporary_directory const there;
    auto const once = shell_under_restat({"-1"}, "echo run $RESTAT_GENERATION; exit 7");
    running_program restat{once, {.directory = there.path()}};
    BOOST_TEST(
        restat.wait_for_error("restat: the command ended with status 7; waiting for a change\n"));
    there.write("a", "1");
    auto const end = restat.wait();
    BOOST_REQUIRE(end);
    BOOST_TEST(end->code == 7);
    BOOST_TEST(restat.output() == "run 1\nrun 2\n");
}

BOOST_AUTO_TEST_CASE(postponed_it_waits_for_the_first_change) {
    temporary_directory const there;
    auto const late = shell_under_restat({"-p", "-1", "-v"}, "echo run; kill -TERM $$");
    running_program restat{late, {.directory = there.path()}};
    BOOST_TEST(restat.wait_for_error("a scan of 0 files took"));
    BOOST_TEST(restat.becomes_silent());
    BOOST_TEST(restat.output() == "");
    there.write("a", "1");
    auto const end = restat.wait();
    BOOST_REQUIRE(end);
    BOOST_TEST(end->code == 128 + 15);
    BOOST_TEST(restat.output() == "run\n");
    BOOST_TEST(restat.error().find("restat: added a; starting\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(restart_brings_it_back_after_a_pause) {
    temporary_directory const there;
    auto const again = shell_under_restat({"--on-exit", "restart"}, "echo run; exit 3");
    running_program restat{again, {.directory = there.path()}};
    BOOST_TEST(restat.wait_for_output("run\nrun\nrun\n"));
    BOOST_TEST(restat.error().find("the command ended with status 3\n"
                                   "restat: starting it again in 100 ms\n") != std::string::npos,
               restat.error());
}

BOOST_AUTO_TEST_CASE(one_that_cannot_be_run_is_told_once_and_waited_for) {
    temporary_directory const there;
    running_program restat{restat_with({"-n", "50ms", "--", "./later"}),
                           {.directory = there.path()}};
    BOOST_TEST(
        restat.wait_for_error("restat: cannot run './later': No such file or directory\n"));
    BOOST_TEST(restat.becomes_silent(std::chrono::milliseconds{1000}));
    write_program(there, "later", "echo here; exec sleep 1000");
    BOOST_TEST(restat.wait_for_output("here\n"));
}

BOOST_AUTO_TEST_CASE(one_that_cannot_be_run_has_a_status_where_it_counts) {
    temporary_directory const there;
    there.write("plain", "no program");
    struct {
        std::vector<std::string> arguments;
        int status;
        char const* error;
    } const table[] = {
        {{"--on-exit", "quit", "--", "./none"},
         127,
         "restat: cannot run './none': No such file or directory\n"},
        {{"-1", "--", "no-such-command"},
         127,
         "restat: cannot run 'no-such-command': No such file or directory\n"},
        {{"--on-exit", "quit", "--", "./plain"},
         126,
         "restat: cannot run './plain': Permission denied\n"},
        {{"-1", "--", "./plain"}, 126, "restat: cannot run './plain': Permission denied\n"},
        {{"-1", "--", ""}, 127, "restat: cannot run '': No such file or directory\n"},
    };
    for (auto const& [arguments, status, error] : table) {
        auto const end = run_restat(arguments, {.directory = there.path()});
        BOOST_TEST(end.status.code == status, arguments.back());
        BOOST_TEST(end.error == error);
    }
}

BOOST_AUTO_TEST_CASE(the_old_one_runs_on_while_the_new_one_cannot_start) {
    temporary_directory const there;
    write_program(there, "server", "echo one; exec sleep 1000");
    running_program restat{restat_with({"-1", "-n", "50ms", "--", "./server"}),
                           {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("one\n"));
    there.remove("server");
    BOOST_TEST(
        restat.wait_for_error("restat: cannot run './server': No such file or directory\n"));
    write_program(there, "server", "echo two; exit 4");
    auto const end = restat.wait();
    BOOST_REQUIRE(end);
    BOOST_TEST(end->code == 4);
    BOOST_TEST(restat.output() == "one\ntwo\n");
}

BOOST_AUTO_TEST_CASE(it_is_asked_by_the_signal_of_choice_and_killed_after_the_grace) {
    temporary_directory const there;
    auto const stubborn = shell_under_restat(
        {"-s", "USR1", "--grace", "1500ms"},
        "trap 'echo asked' USR1; echo run $RESTAT_GENERATION; while :; do sleep 0.05; done");
    running_program restat{stubborn, {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("run 1\n"));
    there.write("a", "1");
    BOOST_TEST(restat.wait_for_output("run 2\n"));
    BOOST_TEST(restat.output().find("asked\n") != std::string::npos);
    BOOST_TEST(restat.error().find("restat: the command is still there 1.5 s after SIGUSR1; "
                                   "killed\n") != std::string::npos,
               restat.error());
}

BOOST_AUTO_TEST_CASE(without_a_grace_nobody_is_named_where_all_are_dying) {
    temporary_directory const there;
    watched_command restat{there, {"-s", "KILL", "--grace", "0"}};
    BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
    for (int i = 2; i <= 5; ++i) {
        there.write("file" + std::to_string(i), "1");
        BOOST_REQUIRE(restat.next_line().starts_with("run " + std::to_string(i)));
    }
    BOOST_TEST(restat.error().find("; killed\n") != std::string::npos, restat.error());
    BOOST_TEST(restat.error().find("killed \n") == std::string::npos, restat.error());
}

BOOST_AUTO_TEST_CASE(a_build_comes_first_and_the_old_one_runs_on_until_it_goes_well) {
    temporary_directory const there;
    there.write("source", "1");
    auto const built = shell_under_restat(
        {"-b", "cat source >built; [ \"$(cat source)\" != bad ] || exit 3", "source"},
        "echo run $RESTAT_GENERATION $(cat built 2>/dev/null); exec sleep 1000");
    running_program restat{built, {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("run 1\n"));
    there.write("source", "good");
    BOOST_TEST(restat.wait_for_output("run 2 good\n"));
    BOOST_TEST(restat.error() == "restat: modified source; building\n"
                                 "restat: built; restarting\n");
    there.write("source", "bad");
    BOOST_TEST(
        restat.wait_for_error("restat: the build failed with status 3; the command runs on\n"));
    BOOST_TEST(restat.becomes_silent());
    there.write("source", "better");
    BOOST_TEST(restat.wait_for_output("run 3 better\n"));
    BOOST_TEST(restat.output() == "run 1\nrun 2 good\nrun 3 better\n");
}

BOOST_AUTO_TEST_CASE(a_change_during_a_build_is_built_too_and_never_beside_it) {
    temporary_directory const there;
    there.write("source", "1");
    auto const built =
        shell_under_restat({"-b",
                            "mkdir lock || echo two >>log; cat source >building; "
                            "while [ $(cat building) = first ]; do sleep 0.02; done; "
                            "mv building built; rmdir lock; echo end >>log",
                            "-s", "TERM", "source"},
                           "echo run $(cat built 2>/dev/null); exec sleep 1000");
    running_program restat{built, {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("run\n"));
    there.write("source", "first");
    BOOST_REQUIRE(restat.wait_for([&] {
        std::string content;
        return std::getline(std::ifstream{there / "building"}, content) && content == "first";
    }));
    std::filesystem::remove(there / "lock"); // the build that is cancelled cannot
    there.write("source", "second");
    BOOST_TEST(restat.wait_for_output("run second\n"));
    BOOST_TEST(restat.output() == "run\nrun second\n");
    std::ifstream log{there / "log"};
    std::string const all{std::istreambuf_iterator<char>{log}, {}};
    BOOST_TEST(all == "end\n");
}

BOOST_AUTO_TEST_CASE(what_leaves_the_group_is_ended_too) {
    temporary_directory const there;
    std::string const stray = "sh -c 'echo $$; exec sleep 1000' & ";
    struct {
        std::vector<std::string> options;
        std::string leaves;
    } const table[] = {
        {{}, "setsid "},
        {{}, "setsid env -i PATH=\"$PATH\" "}, // by descent
        {{"-b", "true"}, "setsid "},           // by what it has in its environment
    };
    for (auto const& [options, leaves] : table) {
        auto const family =
            shell_under_restat(options, leaves + stray + "echo; wait; exec sleep 1000");
        running_program restat{family, {.directory = there.path()}};
        BOOST_REQUIRE(restat.wait_for([&] {
            return std::count(restat.output().begin(), restat.output().end(), '\n') == 2;
        }));
        auto const pid = std::stoi(restat.output().substr(restat.output().front() == '\n'));
        BOOST_TEST(is_alive(pid));
        restat.signal(SIGTERM);
        BOOST_REQUIRE(restat.wait());
        BOOST_TEST(!is_alive(pid), leaves);
    }
}

BOOST_AUTO_TEST_CASE(what_was_there_before_restat_is_not_the_commands) {
    temporary_directory const there;
    std::vector<std::string> shell{"/bin/sh", "-c", "sleep 1000 & echo $! >before; exec \"$@\"",
                                   "sh"};
    for (auto const& word : shell_under_restat({"--on-exit", "quit"}, "cat before")) {
        shell.push_back(word);
    }
    running_program restat{shell, {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait());
    auto const before = std::stoi(restat.output());
    BOOST_TEST(is_alive(before));
    ::kill(before, SIGKILL);
}

BOOST_AUTO_TEST_CASE(what_it_left_behind_and_has_ended_is_no_zombie) {
    temporary_directory const there;
    running_program restat{
        shell_under_restat({}, "sh -c 'setsid sleep 0.1 & echo $!'; exec sleep 1000"),
        {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("\n"));
    auto const orphan = std::stoi(restat.output());
    BOOST_TEST(restat.wait_for([&] { return ::kill(orphan, 0) != 0; }));
}

BOOST_AUTO_TEST_CASE(quiet_leaves_errors_alone) {
    temporary_directory const there;
    auto const end = run_shell(there, {"-q", "--on-exit", "quit"}, "exit 2");
    BOOST_TEST(end.error == "");
    auto const none =
        run_restat({"-q", "--on-exit", "quit", "--", "./none"}, {.directory = there.path()});
    BOOST_TEST(none.error == "restat: cannot run './none': No such file or directory\n");
}

BOOST_AUTO_TEST_CASE(verbose_tells_the_fields) {
    temporary_directory const there;
    there.write("file", "1");
    watched_command restat{there, {"-v"}};
    BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
    there.write("file", "22");
    BOOST_REQUIRE(!restat.next_line().empty());
    BOOST_TEST(restat.wait_for_error("run 2\n"));
    for (char const* text :
         {"restat: a scan of 1 file took ", "restat: started '/bin/sh' as process ", ", run 1\n",
          "restat: modified file (ctime, mtime, size)", "restat: modified file; restarting\n",
          "restat: the command was ended by SIGTERM\n"}) {
        BOOST_TEST(restat.error().find(text) != std::string::npos, text);
    }
}

BOOST_AUTO_TEST_CASE(it_finds_closed_what_restat_found_closed) {
    temporary_directory const there;
    running_program restat{
        shell_under_restat({"--on-exit", "quit"},
                           "r=; for n in 0 1 2; do [ -e /proc/$$/fd/$n ] && r=$r$n; done; "
                           "echo \"<$r>\" >open"),
        {.directory = there.path(), .prepare = [] {
             for (int descriptor : {0, 1, 2}) ::close(descriptor);
         }}};
    BOOST_REQUIRE(restat.wait());
    std::string open;
    std::getline(std::ifstream{there / "open"}, open);
    BOOST_TEST(open == "<>");
}

BOOST_AUTO_TEST_CASE(it_has_the_descriptors_that_restat_was_started_with) {
    temporary_directory const there;
    there.write("given", "inherited\n");
    auto const end = run_restat({"--on-exit", "quit", "--", "/bin/sh", "-c", "cat <&7"},
                                {.directory = there.path(), .prepare = [&] {
                                     int const file = ::open((there / "given").c_str(), O_RDONLY);
                                     ::dup2(file, 7);
                                 }});
    BOOST_TEST(end.output == "inherited\n", end.error);
}

BOOST_AUTO_TEST_CASE(sockets_of_a_service_manager_are_the_commands) {
    temporary_directory const there;
    struct {
        char const* pid; // the manager's word; restat's own number if null
        char const* seen;
    } const table[] = {
        {nullptr, "1 http mine open\n"},
        {"1", "\n"}, // meant for another, and too short for the number of the command
        {"", "\n"},
    };
    for (auto const& [pid, seen] : table) {
        // The shell is what a manager forks.
        std::vector<std::string> manager{
            "/bin/sh", "-c",
            "exec 3</dev/null; LISTEN_PID=${told-$$} LISTEN_FDS=1 LISTEN_FDNAMES=http; "
            "export LISTEN_PID LISTEN_FDS LISTEN_FDNAMES; exec \"$@\"",
            "sh"};
        if (pid) manager[2].insert(0, "told='" + std::string{pid} + "'; ");
        for (auto const& word :
             restat_with({"--on-exit", "quit", "--", "/bin/sh", "-c",
                          "[ \"$LISTEN_PID\" = $$ ] && m=mine; [ -e /proc/$$/fd/3 ] && o=open; "
                          "echo $LISTEN_FDS $LISTEN_FDNAMES $m ${LISTEN_FDS+$o}"})) {
            manager.push_back(word);
        }
        running_program restat{manager, {.directory = there.path()}};
        auto const end = restat.wait();
        BOOST_REQUIRE_MESSAGE(end, restat.output() << restat.error());
        BOOST_TEST(restat.output() == seen, restat.error());
        BOOST_TEST(end->code == 0);
    }
}

BOOST_AUTO_TEST_SUITE_END()
