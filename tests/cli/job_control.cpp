#include "pseudo_terminal.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>

// Drives a shell with job control at a terminal, like a person at the keyboard.
namespace {

constexpr char const* interrupt_key = "\x03";
constexpr char const* suspend_key = "\x1a";

char state_of(pid_t process) {
    std::ifstream status{"/proc/" + std::to_string(process) + "/stat"};
    std::string line;
    std::getline(status, line);
    auto const name_end = line.rfind(')');
    return name_end != line.npos ? line[name_end + 2] : '\0';
}

/// Returns whether a process is stopped, traced or not.
bool is_stopped(pid_t process) {
    char const state = state_of(process);
    return state == 'T' || state == 't';
}

template <class Predicate>
bool soon(Predicate done) {
    auto const end = std::chrono::steady_clock::now() + running_program::patience;
    while (!done()) {
        if (std::chrono::steady_clock::now() >= end) return false;
        ::usleep(10'000);
    }
    return true;
}

boost::test_tools::assertion_result can_trace(boost::unit_test::test_unit_id) {
    boost::test_tools::assertion_result traced{
        std::system("strace -qq -o /dev/null -e trace=none true 2>/dev/null") == 0};
    traced.message() << "strace cannot trace here";
    return traced;
}

/// Runs with `src` watched; the files of scripts lie beside `src`.
struct shell_at_terminal {
    temporary_directory there;
    terminal screen;
    std::unique_ptr<interactive_shell> shell;

    shell_at_terminal() {
        there.make_directory("src");
        there.write("src/a", "1");
        there.write("run.sh", "echo \"run $RESTAT_GENERATION is $$.\"; exec sleep 1000\n");
        there.write("ask.sh", "echo \"run $RESTAT_GENERATION is $$.\"; read word </dev/tty; "
                              "echo \"got $word.\"; exec sleep 1000\n");
        shell = std::make_unique<interactive_shell>(screen, there);
        screen.type("r='" RESTAT_PROGRAM " -q -n 50ms src'\n");
        BOOST_REQUIRE(obeys());
    }

    void type(std::string const& keys) { screen.type(keys); }

    /// Returns the pid of the command in a run, as printed by the command.
    pid_t run(int number) { return pid_of("run " + std::to_string(number)); }
    /// Returns the pid that a script has printed behind its name.
    pid_t pid_of(std::string const& script) {
        auto const begin = script + " is ";
        BOOST_REQUIRE_MESSAGE(screen.shows(begin), screen.screen());
        auto const at = screen.screen().rfind(begin) + begin.size();
        BOOST_REQUIRE(soon([&] {
            screen.refresh();
            return screen.screen().find(".\r\n", at) != std::string::npos;
        }));
        return std::atoi(screen.screen().c_str() + at);
    }
    /// Waits until a process sleeps in a system call, such as a read from the terminal.
    bool sleeps(pid_t process) {
        return soon([&] { return state_of(process) == 'S'; });
    }
    /// Waits until restat reads single keys: a job beside the shell owns the terminal, without
    /// its line editing.
    bool reads_keys() {
        return soon(
            [&] { return screen.foreground() != shell->pid() && !screen.collects_lines(); });
    }
    /// Returns whether the shell reported a stopped job so many times.
    bool says_stopped(std::size_t times = 1) {
        return soon([&] {
            screen.refresh();
            std::size_t count = 0;
            auto const& text = screen.screen();
            for (auto i = text.find("Stopped"); i != text.npos; i = text.find("Stopped", i + 1)) {
                ++count;
            }
            return count >= times;
        });
    }
    /// Returns whether the shell owns the terminal and executes commands.
    bool obeys() {
        static int asked = 0;
        auto const number = std::to_string(++asked);
        type("echo shell $((1000 + " + number + "))\n");
        return screen.shows("shell " + std::to_string(1000 + asked) + "\r\n");
    }
    /// Ends the whole job by Ctrl-C.
    void interrupt(pid_t command) {
        type(interrupt_key);
        BOOST_TEST(is_gone_soon(command));
        BOOST_TEST(obeys(), screen.screen());
        type("jobs | grep -c . | sed s/^/jobs:/\n");
        BOOST_TEST(screen.shows("jobs:0\r\n"), screen.screen());
        type("exit\n");
        BOOST_TEST(shell->wait().has_value());
    }
    /// Stops the command and the job by Ctrl-Z, resumes both by `fg`, and checks that edits are
    /// watched.
    void suspend_and_resume(pid_t command, int next_run) {
        type(suspend_key);
        BOOST_REQUIRE_MESSAGE(says_stopped(), screen.screen());
        BOOST_TEST(soon([&] { return is_stopped(command); }));
        BOOST_TEST(obeys(), screen.screen());
        type("fg\n");
        BOOST_TEST(sleeps(command));
        there.write("src/a", "another " + std::to_string(next_run));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(job_control, shell_at_terminal)

BOOST_AUTO_TEST_CASE(ctrl_z_and_fg_work_in_front_of_a_pipe) {
    type("$r -- sh run.sh 2>&1 | tee log\n");
    suspend_and_resume(run(1), 2);
    interrupt(run(2));
}

BOOST_AUTO_TEST_CASE(ctrl_z_and_fg_work_behind_a_pipe) {
    type("sleep 1000 | $r -- sh run.sh\n");
    suspend_and_resume(run(1), 2);
    interrupt(run(2));
}

BOOST_AUTO_TEST_CASE(ctrl_z_and_fg_work_without_a_pipe) {
    type("$r -- sh run.sh\n");
    suspend_and_resume(run(1), 2);
    interrupt(run(2));
}

BOOST_AUTO_TEST_CASE(ctrl_z_stops_a_script_around_it_too) {
    there.write("script.sh", "$1 -q -n 50ms src -- sh run.sh; echo script ends\n");
    type("sh script.sh " RESTAT_PROGRAM "\n");
    suspend_and_resume(run(1), 2);
    interrupt(run(2));
}

// The shell sees the script stop, and `fg` resumes the job, while restat is still about to stop.
BOOST_AUTO_TEST_CASE(fg_before_restat_stopped_resumes_it_too,
                     *boost::unit_test::precondition(can_trace)) {
    there.write("script.sh", "strace -qq -DDD -f -o /dev/null -e trace=kill "
                             "-e inject=kill:delay_exit=1000000 "
                             "$1 -q -n 50ms src -- sh run.sh; echo script ends\n");
    type("sh script.sh " RESTAT_PROGRAM "\n");
    suspend_and_resume(run(1), 2);
    interrupt(run(2));
}

BOOST_AUTO_TEST_CASE(ctrl_z_and_fg_stop_and_resume_a_running_build) {
    there.write("build.sh", "echo \"build is $$.\"; exec sleep 1000\n");
    type("$r -b 'sh build.sh' -- sh run.sh\n");
    auto const command = run(1);
    there.write("new", "another");
    there.rename("new", "src/a"); // a single change, so nothing cancels the build
    auto const build = pid_of("build");
    type(suspend_key);
    BOOST_REQUIRE_MESSAGE(says_stopped(), screen.screen());
    BOOST_TEST(soon([&] { return is_stopped(command); }));
    BOOST_TEST(soon([&] { return is_stopped(build); }), screen.screen());
    BOOST_TEST(obeys(), screen.screen());
    type("fg\n");
    BOOST_TEST(sleeps(command));
    BOOST_TEST(sleeps(build));
    interrupt(command);
    BOOST_TEST(is_gone_soon(build));
}

// A loaded machine may not give the command enough of its second, so the test allows several
// attempts; a TERM at once would fail in all of them.
BOOST_AUTO_TEST_CASE(command_in_front_of_a_pipe_gets_the_interrupt_and_time_for_cleanup) {
    bool tidied = false;
    for (int times = 1; times <= 20 && !tidied; ++times) {
        there.write("run.sh", "trap 'sleep 0.1; echo tidy; exit 0' INT; echo \"run " +
                                  std::to_string(times) +
                                  " is $$.\"; "
                                  "while :; do sleep 0.05; done\n");
        type("$r -- sh run.sh | sh -c 'trap \"\" INT; cat'\n");
        auto const command = run(times);
        type(interrupt_key);
        BOOST_TEST(is_gone_soon(command));
        BOOST_REQUIRE_MESSAGE(obeys(), screen.screen());
        tidied = screen.screen().find("tidy\r\n") != std::string::npos;
    }
    BOOST_TEST(tidied, screen.screen());
}

BOOST_AUTO_TEST_CASE(an_interrupted_command_in_front_of_a_pipe_waits_for_no_change) {
    for (int times = 1; times <= 10; ++times) {
        there.write("run.sh",
                    "echo \"run " + std::to_string(times) + " is $$.\"; exec sleep 1000\n");
        type("${r/-q/} -- sh run.sh | cat\n");
        auto const command = run(times);
        type(interrupt_key);
        BOOST_TEST(is_gone_soon(command));
        BOOST_REQUIRE_MESSAGE(obeys(), screen.screen());
        BOOST_REQUIRE(screen.screen().find("waiting for a change") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(pager_reads_the_terminal_while_the_command_is_watched) {
    there.write("pager.sh", "echo \"pager is $$.\" >/dev/tty; read key </dev/tty; "
                            "echo \"key $key.\"; cat\n");
    there.write("run.sh", "echo \"run $RESTAT_GENERATION is $$.\" | tee /dev/tty; "
                          "exec sleep 1000\n");
    type("$r -- sh run.sh | sh pager.sh\n");
    BOOST_REQUIRE(sleeps(pid_of("pager")));
    auto const first = run(1);
    type("x\n");
    BOOST_REQUIRE_MESSAGE(screen.shows("key x."), screen.screen());
    there.write("src/a", "another");
    auto const second = run(2);
    BOOST_TEST(!is_alive(first));
    BOOST_TEST(screen.screen().find("Stopped") == std::string::npos);
    interrupt(second);
}

BOOST_AUTO_TEST_CASE(command_may_ask_at_the_terminal_while_its_input_is_elsewhere) {
    type("$r -- sh ask.sh </dev/null\n");
    auto const command = run(1);
    BOOST_TEST(sleeps(command)); // the command reads
    type("abc\n");
    BOOST_REQUIRE_MESSAGE(screen.shows("got abc."), screen.screen());
    interrupt(command);
}

BOOST_AUTO_TEST_CASE(command_in_a_pipeline_reads_the_terminal_after_a_suspension) {
    type("$r -- sh ask.sh | cat\n");
    auto const command = run(1);
    BOOST_TEST(sleeps(command)); // the command owns the terminal
    suspend_and_resume(command, 2);
    BOOST_TEST(sleeps(run(2)));
    type("abc\n");
    BOOST_REQUIRE_MESSAGE(screen.shows("got abc."), screen.screen());
    interrupt(run(2));
}

BOOST_AUTO_TEST_CASE(background_command_waiting_for_the_terminal_is_reported) {
    type("${r/-q/} -- sh ask.sh &\n");
    auto const command = run(1);
    BOOST_REQUIRE_MESSAGE(screen.shows("waits for the terminal"), screen.screen());
    BOOST_TEST(obeys());
    type("fg\n");
    BOOST_TEST(sleeps(command));
    type("abc\n");
    BOOST_REQUIRE_MESSAGE(screen.shows("got abc."), screen.screen());
    interrupt(command);
}

BOOST_AUTO_TEST_CASE(shell_gets_the_keys_after_an_interrupt) {
    there.write("run.sh", "trap 'echo asked; sleep 0.5; exit 0' INT; echo \"run 1 is $$.\"; "
                          "while :; do sleep 0.05; done\n");
    type("$r -k -- sh run.sh\n");
    auto const command = run(1);
    type(interrupt_key);
    BOOST_REQUIRE_MESSAGE(screen.shows("asked\r\n"), screen.screen());
    BOOST_TEST(obeys(), screen.screen()); // while the command still cleans up
    BOOST_TEST(is_gone_soon(command));
}

// Uses the library's own supervisor.
BOOST_AUTO_TEST_CASE(ctrl_z_and_fg_work_for_a_self_reloading_program) {
    std::size_t stops = 0;
    for (std::string const line : {RUN_PROGRAM " serve | cat", RUN_PROGRAM " serve"}) {
        auto const before = screen.screen().size();
        type(line + "\n");
        BOOST_REQUIRE(soon([&] {
            screen.refresh();
            return screen.screen().find(" 1\r\n", before) != std::string::npos;
        }));
        auto const at = screen.screen().find("serving ", before) + 8;
        auto const pid = std::atoi(screen.screen().c_str() + screen.screen().find(' ', at));
        type(suspend_key);
        BOOST_TEST(says_stopped(++stops), screen.screen());
        BOOST_TEST(soon([&] { return is_stopped(pid); }), line);
        BOOST_TEST(obeys(), screen.screen());
        type("fg\n");
        BOOST_TEST(sleeps(pid), line);
        type(interrupt_key);
        BOOST_TEST(is_gone_soon(pid), line);
        BOOST_TEST(obeys(), screen.screen());
    }
}

BOOST_AUTO_TEST_CASE(keys_work_after_a_start_in_the_background_and_fg) {
    type("$r -k -- sh run.sh &\n");
    run(1);
    BOOST_TEST(obeys());
    type("fg\n");
    BOOST_TEST(reads_keys());
    type("r");
    run(2);
    type(suspend_key);
    BOOST_REQUIRE_MESSAGE(says_stopped(), screen.screen());
    BOOST_TEST(soon([&] { return is_stopped(run(2)); }));
    BOOST_TEST(obeys());
    type("fg\n");
    BOOST_TEST(sleeps(run(2)));
    BOOST_TEST(reads_keys());
    type("r");
    interrupt(run(3));
}

BOOST_AUTO_TEST_SUITE_END()
