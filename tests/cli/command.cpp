#include "watched_command.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using words = std::vector<std::string>;

finished run_shell(temporary_directory const& in, std::vector<std::string> const& options,
                   std::string const& script) {
    running_program restat{shell_under_restat(options, script), {.directory = in.path()}};
    auto const status = restat.wait();
    BOOST_REQUIRE_MESSAGE(status, "does not end: " << restat.error());
    return {*status, restat.output(), restat.error()};
}

/// Writes an executable script into the directory.
void write_program(temporary_directory const& in, char const* name, std::string const& script) {
    in.write("draft", "#!/bin/sh\n" + script + "\n");
    BOOST_REQUIRE(::chmod((in / "draft").c_str(), 0755) == 0);
    in.rename("draft", name);
}

} // namespace

BOOST_AUTO_TEST_SUITE(command)

BOOST_AUTO_TEST_CASE(command_gets_the_bytes_of_its_arguments) {
    temporary_directory const there;
    auto const end = run_restat({"--on-exit", "quit", "--", "printf", "%s|", "a b", "$HOME",
                                 "--list", "", "*", "--", "\xFF\n"},
                                {.directory = there.path()});
    BOOST_TEST(end.status.code == 0);
    BOOST_TEST(end.output == "a b|$HOME|--list||*|--|\xFF\n|");
}

BOOST_AUTO_TEST_CASE(command_inherits_the_signal_dispositions_of_restat) {
    temporary_directory const there;
    auto const end = run_restat({"--on-exit=quit", "--", "grep", "Sig[BI]", "/proc/self/status"},
                                {.directory = there.path()});
    BOOST_TEST(end.output == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

BOOST_AUTO_TEST_CASE(on_exit_quit_returns_the_status_of_the_command) {
    temporary_directory const there;
    BOOST_TEST(run_shell(there, {"--on-exit", "quit"}, "exit 5").status.code == 5);
    BOOST_TEST(run_shell(there, {"--on-exit", "quit"}, "exit 0").status.code == 0);
    auto const killed = run_shell(there, {"--on-exit", "quit"}, "kill -KILL $$");
    BOOST_TEST(killed.status.code == 128 + 9);
    BOOST_TEST(without_durations(killed.error)
                   .ends_with("\nrestat: the command was terminated by SIGKILL after TIME\n"));
}

BOOST_AUTO_TEST_CASE(once_runs_to_the_end_after_the_first_change) {
    temporary_directory const there;
    auto const once = shell_under_restat({"-1"}, "echo run $RESTAT_GENERATION; exit 7");
    running_program restat{once, {.directory = there.path()}};
    BOOST_TEST(restat.wait_for_error("restat: the command exited with status 7 after "));
    BOOST_TEST(restat.wait_for_error("; waiting for a change\n"));
    there.write("a", "1");
    auto const end = restat.wait();
    BOOST_REQUIRE(end);
    BOOST_TEST(end->code == 7);
    BOOST_TEST(restat.output() == "run 1\nrun 2\n");
}

BOOST_AUTO_TEST_CASE(postponed_command_waits_for_the_first_change) {
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

BOOST_AUTO_TEST_CASE(on_exit_restart_starts_the_command_after_a_pause) {
    temporary_directory const there;
    auto const again = shell_under_restat({"--on-exit", "restart"}, "echo run; exit 3");
    running_program restat{again, {.directory = there.path()}};
    BOOST_TEST(restat.wait_for_output("run\nrun\nrun\n"));
    BOOST_TEST(without_durations(restat.error())
                       .find("the command exited with status 3 after TIME\n"
                             "restat: restarting the command in 100 ms\n") != std::string::npos,
               restat.error());
}

// As in a chroot. The command may be restarted all the same.
BOOST_AUTO_TEST_CASE(missing_proc_is_reported_once) {
    temporary_directory const there;
    there.write("a", "1");
    auto const without_proc = [] {
        bool const is_gone = ::unshare(CLONE_NEWNS) == 0 &&
                             ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                             ::umount2("/proc", MNT_DETACH) == 0;
        if (!is_gone) ::_exit(99);
    };
    running_program restat{shell_under_restat({}, "echo run; exec sleep 1000"),
                           {.directory = there.path(), .prepare = without_proc}};
    if (!restat.wait_for_output("run\n")) {
        auto const end = restat.wait();
        BOOST_REQUIRE(end);
        BOOST_TEST_REQUIRE(end->code == 99);
        BOOST_TEST_MESSAGE("skipped: no mount namespaces");
        return;
    }
    there.write("a", "22");
    BOOST_TEST(restat.wait_for_output("run\nrun\n"));
    std::string const line =
        "restat: /proc cannot be read, so a restart ends only the process group";
    auto const first = restat.error().find(line);
    BOOST_TEST(first != std::string::npos, restat.error());
    BOOST_TEST(restat.error().rfind(line) == first);
}

BOOST_AUTO_TEST_CASE(failed_start_is_reported_once_and_retried) {
    temporary_directory const there;
    running_program restat{restat_with({"-n", "50ms", "--", "./later"}),
                           {.directory = there.path()}};
    BOOST_TEST(restat.wait_for_error(
        "restat: cannot run './later': No such file or directory; trying again\n"));
    BOOST_TEST(restat.becomes_silent(std::chrono::milliseconds{1000}));
    write_program(there, "later", "echo here; exec sleep 1000");
    BOOST_TEST(restat.wait_for_output("here\n"));
}

BOOST_AUTO_TEST_CASE(failed_start_that_only_a_change_can_mend_waits_for_a_change) {
    temporary_directory const there;
    there.write("plain", "no program");
    running_program restat{restat_with({"-n", "50ms", "--", "./plain"}),
                           {.directory = there.path()}};
    BOOST_TEST(restat.wait_for_error(
        "restat: cannot run './plain': Permission denied; waiting for a change\n"));
}

BOOST_AUTO_TEST_CASE(failed_start_sets_the_exit_status) {
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

BOOST_AUTO_TEST_CASE(old_command_keeps_running_after_a_failed_start) {
    temporary_directory const there;
    write_program(there, "server", "echo one; exec sleep 1000");
    running_program restat{restat_with({"-1", "-n", "50ms", "--", "./server"}),
                           {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("one\n"));
    there.remove("server");
    BOOST_TEST(restat.wait_for_error("restat: cannot run './server': No such file or directory; "
                                     "the old command keeps running\n"));
    write_program(there, "server", "echo two; exit 4");
    auto const end = restat.wait();
    BOOST_REQUIRE(end);
    BOOST_TEST(end->code == 4);
    BOOST_TEST(restat.output() == "one\ntwo\n");
}

BOOST_AUTO_TEST_CASE(command_gets_the_chosen_signal_and_is_killed_after_the_grace_period) {
    temporary_directory const there;
    auto const stubborn = shell_under_restat(
        {"-s", "USR1", "--grace", "1500ms"},
        "trap 'echo asked' USR1; echo run $RESTAT_GENERATION; while :; do sleep 0.05; done");
    running_program restat{stubborn, {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("run 1\n"));
    there.write("a", "1");
    BOOST_TEST(restat.wait_for_output("run 2\n"));
    BOOST_TEST(restat.output().find("asked\n") != std::string::npos);
    BOOST_TEST(restat.error().find("restat: the command still ran 1.5 s after SIGUSR1; "
                                   "sent SIGKILL\n") != std::string::npos,
               restat.error());
}

BOOST_AUTO_TEST_CASE(kill_that_was_asked_for_is_no_news) {
    for (auto const& options :
         {words{"-s", "KILL", "--grace", "0"}, words{"-s", "KILL"}, words{"--grace", "0"}}) {
        temporary_directory const there;
        there.write("file", "1");
        watched_command restat{there, options};
        BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
        std::string lines;
        for (int i = 2; i <= 4; ++i) {
            auto const name = "file" + std::to_string(i);
            there.write(name, "1");
            BOOST_REQUIRE(restat.next_line().starts_with("run " + std::to_string(i)));
            lines += "restat: added " + name + "; restarting\n";
        }
        BOOST_TEST(restat.error() == lines);
    }
}

BOOST_AUTO_TEST_CASE(kill_that_was_asked_for_is_named_by_verbose) {
    temporary_directory const there;
    there.write("file", "1");
    running_program restat{
        shell_under_restat({"-v", "--grace", "0"}, "trap '' TERM; echo $$; exec sleep 1000"),
        {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("\n"));
    auto const pid = std::to_string(std::atoi(restat.output().c_str()));
    there.write("file", "22");
    std::string_view const begin = "; restarting\n";
    std::string_view const end = "restat: started '";
    BOOST_REQUIRE(restat.wait_for_error(begin));
    auto const from = restat.error().find(begin) + begin.size();
    BOOST_REQUIRE(restat.wait_for([&] { return restat.error().find(end, from) != end.npos; }));
    auto const lines = restat.error().substr(from, restat.error().find(end, from) - from);
    BOOST_TEST(without_durations(lines) ==
               "restat: sent SIGKILL to sleep (" + pid +
                   ")\nrestat: the command was terminated by SIGKILL after TIME\n"
                   "restat: all processes of the command exited after SIGKILL\n");
}

// The command holds a.log open, so its changes are its own.
BOOST_AUTO_TEST_CASE(restart_names_a_file_that_the_command_does_not_write) {
    temporary_directory const there;
    auto const logs = shell_under_restat({"--quiet-period", "1s", "--max-wait", "1m"},
                                         "exec 3>>a.log; echo $RESTAT_GENERATION >&3; echo run "
                                         "$RESTAT_GENERATION; exec sleep 1000");
    running_program restat{logs, {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_error("the command itself changes a.log"));
    there.append("a.log", "line");
    there.write("b", "1");
    BOOST_REQUIRE(restat.wait_for_output("run 2\n"));
    BOOST_TEST(restat.error().find("restat: added b") != std::string::npos, restat.error());
    BOOST_TEST(restat.error().find("a.log and 1 more") == std::string::npos, restat.error());
}

BOOST_AUTO_TEST_CASE(old_command_runs_until_the_build_succeeds) {
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
    BOOST_TEST(restat.wait_for_error(
        "restat: the build failed with status 3; the command keeps running\n"));
    BOOST_TEST(restat.becomes_silent());
    there.write("source", "better");
    BOOST_TEST(restat.wait_for_output("run 3 better\n"));
    BOOST_TEST(restat.output() == "run 1\nrun 2 good\nrun 3 better\n");
}

BOOST_AUTO_TEST_CASE(change_during_a_build_starts_another_build_afterwards) {
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
    std::filesystem::remove(there / "lock"); // the canceled build cannot remove it
    there.write("source", "second");
    BOOST_TEST(restat.wait_for_output("run second\n"));
    BOOST_TEST(restat.output() == "run\nrun second\n");
    std::ifstream log{there / "log"};
    std::string const all{std::istreambuf_iterator<char>{log}, {}};
    BOOST_TEST(all == "end\n");
}

BOOST_AUTO_TEST_CASE(processes_outside_of_the_group_are_stopped_too) {
    temporary_directory const there;
    std::string const stray = "sh -c 'echo $$; exec sleep 1000' & ";
    struct {
        std::vector<std::string> options;
        std::string leaves;
    } const table[] = {
        {{}, "setsid "},
        {{}, "setsid env -i PATH=\"$PATH\" "}, // found by descent
        {{"-b", "true"}, "setsid "},           // found by a variable in its environment
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

BOOST_AUTO_TEST_CASE(older_processes_are_left_alone) {
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

BOOST_AUTO_TEST_CASE(orphans_of_the_command_are_reaped) {
    temporary_directory const there;
    running_program restat{
        shell_under_restat({}, "sh -c 'setsid sleep 0.1 & echo $!'; exec sleep 1000"),
        {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("\n"));
    auto const orphan = std::stoi(restat.output());
    BOOST_TEST(restat.wait_for([&] { return ::kill(orphan, 0) != 0; }));
}

BOOST_AUTO_TEST_CASE(quiet_still_prints_errors) {
    temporary_directory const there;
    auto const end = run_shell(there, {"-q", "--on-exit", "quit"}, "exit 2");
    BOOST_TEST(end.error == "");
    auto const none =
        run_restat({"-q", "--on-exit", "quit", "--", "./none"}, {.directory = there.path()});
    BOOST_TEST(none.error == "restat: cannot run './none': No such file or directory\n");
}

BOOST_AUTO_TEST_CASE(verbose_prints_the_changed_fields) {
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
          "restat: the command was terminated by SIGTERM after "}) {
        BOOST_TEST(restat.error().find(text) != std::string::npos, text);
    }
}

BOOST_AUTO_TEST_CASE(closed_standard_descriptors_stay_closed_for_the_command) {
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

BOOST_AUTO_TEST_CASE(command_inherits_the_descriptors_of_restat) {
    temporary_directory const there;
    there.write("given", "inherited\n");
    auto const end = run_restat({"--on-exit", "quit", "--", "/bin/sh", "-c", "cat <&7"},
                                {.directory = there.path(), .prepare = [&] {
                                     int const file = ::open((there / "given").c_str(), O_RDONLY);
                                     ::dup2(file, 7);
                                 }});
    BOOST_TEST(end.output == "inherited\n", end.error);
}

BOOST_AUTO_TEST_CASE(command_gets_the_sockets_of_a_service_manager) {
    temporary_directory const there;
    struct {
        char const* pid; // LISTEN_PID; the pid of restat if null
        char const* seen;
    } const table[] = {
        {nullptr, "1 http mine open\n"},
        {"1", "\n"}, // for another process, and too short for the pid of the command
        {"", "\n"},
    };
    for (auto const& [pid, seen] : table) {
        // The shell is the forked child of a service manager.
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
