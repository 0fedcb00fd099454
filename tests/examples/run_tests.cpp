#include "driven_process.hpp"
#include "support/sanitized.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

// A copy of the program in a directory of its own, which a test can rebuild.
struct workshop {
    workshop() {
        std::string pattern = fs::temp_directory_path() / "restat.run.XXXXXX";
        directory = ::mkdtemp(pattern.data());
        program = directory / "program";
        fs::copy_file(RUN_PROGRAM, program);
    }
    ~workshop() { fs::remove_all(directory); }

    std::vector<std::string> command(std::string const& act, std::string const& text = "") const {
        return {program.string(), act, text};
    }

    void write(fs::path const& name, std::string const& content) const {
        std::ofstream{directory / name} << content;
    }

    // Replaces the program by a modified copy: an equal copy would be no change.
    void put_another() const {
        fs::copy_file(RUN_PROGRAM, directory / "another");
        std::ofstream{directory / "another", std::ios::app} << "with data behind it";
        fs::rename(directory / "another", program);
    }

    // Compiles the program in place. Returns true on success.
    bool build(int edition, std::string const& more = "") const {
        std::string const line = std::string{BUILD_PROGRAM} + " '" + program.string() +
                                 "' -DEDITION=" + std::to_string(edition) + " " + more;
        return std::system(line.c_str()) == 0;
    }

    fs::path directory;
    fs::path program;
};

struct serving {
    int edition = 0;
    int pid = 0;
    int generation = 0;
};

// Parses "serving EDITION PID GENERATION".
serving next_serving(driven_process& of, std::chrono::milliseconds limit = 60s) {
    auto const line = of.line("serving ", limit);
    serving seen;
    if (line) std::istringstream{*line} >> seen.edition >> seen.pid >> seen.generation;
    return seen;
}

// Runs an act to its end. Returns its output and status.
std::string outcome(std::string const& act, std::string const& text = "") {
    driven_process run{{RUN_PROGRAM, act, text}};
    std::string const all = run.rest();
    return all + "= " + std::to_string(run.wait());
}

std::string message(std::errc of) { return std::make_error_code(of).message(); }

std::string after(int result, int status) {
    return "after " + std::to_string(result) + "\n= " + std::to_string(status);
}

} // namespace

BOOST_AUTO_TEST_SUITE(run_with_reloader)

BOOST_AUTO_TEST_CASE(result_of_the_function_is_returned_in_the_parent_alone) {
    for (int const value : {0, 3, 255, -1, 100'000, 256}) {
        BOOST_TEST(outcome("give", std::to_string(value)) == after(value, value & 0x7f));
    }
    BOOST_TEST(outcome("void") == after(0, 0));
}

BOOST_AUTO_TEST_CASE(exit_status_of_a_child_without_a_result_is_returned) {
    BOOST_TEST(outcome("exit", "7") == after(7, 7));
    BOOST_TEST(outcome("exit", "0") == after(0, 0));
    BOOST_TEST(outcome("signal", "9") == after(137, 9));
    BOOST_TEST(outcome("signal", "10") == after(138, 10));
    BOOST_TEST(outcome("throw") == "caught\n" + after(9, 9));
}

BOOST_AUTO_TEST_CASE(second_call_knows_the_result_of_the_first) {
    std::string const all = outcome("twice");
    // The parent, the child of the second call and the child of the third print the first result.
    std::string const first = "first 100000\n";
    std::string const second = "second 100001\n";
    BOOST_TEST(all == first + first + second + first + second + after(100'002, 100'002 & 0x7f));
}

BOOST_AUTO_TEST_CASE(nested_call_runs_the_function_directly) {
    BOOST_TEST(outcome("nested") == "inner 40\n" + after(42, 42));
}

BOOST_AUTO_TEST_CASE(debug_wraps_a_function) { BOOST_TEST(outcome("debug") == after(12, 12)); }

BOOST_AUTO_TEST_CASE(child_and_parent_identify_themselves) {
    auto const all = outcome("sides");
    BOOST_TEST(all == "is not a child before\n"
                      "is a child before\n" // the child runs this line as well
                      "child is\nvariable none\nblocked 00\n"
                      "forked is not\ngrandchild is not\n" +
                          after(0, 0));
}

BOOST_AUTO_TEST_CASE(child_has_the_same_arguments_and_environment) {
    ::setenv("ODD", "a=b\nc\xff\t", 1);
    BOOST_TEST(outcome("mirror", "a b\n\xff\"") ==
               "/cmdline same\n/environ same\n" + after(0, 0));
    ::unsetenv("ODD");
}

BOOST_AUTO_TEST_CASE(child_has_the_original_signal_mask) {
    driven_process run{{RUN_PROGRAM, "sides"}, [] {
                           sigset_t mask;
                           ::sigemptyset(&mask);
                           ::sigaddset(&mask, SIGUSR2);
                           ::sigprocmask(SIG_BLOCK, &mask, nullptr);
                       }};
    BOOST_TEST(run.line("blocked ").value_or("") == "10");
    BOOST_TEST(run.wait() == 0);
}

BOOST_AUTO_TEST_CASE(foreign_child_variable_is_ignored_and_removed) {
    for (char const* const value :
         {"", "0", "1", "3", "99", "-1", "x", "3:x", "3:1,,2", "3:1x"}) {
        ::setenv("RESTAT_CHILD", value, 1);
        auto const all = outcome("sides");
        ::unsetenv("RESTAT_CHILD");
        BOOST_TEST(all.find("is not a child before\n") == 0U, value);
        BOOST_TEST(all.find("variable none\n") != all.npos, value);
    }
}

BOOST_AUTO_TEST_CASE(child_restarts_on_request) {
    BOOST_TEST(outcome("ask") == "asking 1\n" + after(5, 5));
    BOOST_TEST(outcome("ask-and-return") == after(5, 5));
}

BOOST_FIXTURE_TEST_CASE(changed_tracked_file_restarts_the_program, workshop) {
    // Edits in turn: a file changed after each start would count as the program's own output.
    fs::create_directory(directory / "config");
    for (int each = 2; each < 5; ++each) write("config/" + std::to_string(each), "one");
    driven_process run{command("serve", directory / "config")};
    auto const first = next_serving(run);
    BOOST_TEST(first.generation == 1);
    for (int generation = 2; generation < 5; ++generation) {
        write("config/" + std::to_string(generation), "another");
        auto const next = next_serving(run);
        BOOST_TEST(next.generation == generation);
        BOOST_TEST(next.pid != first.pid);
    }
    BOOST_TEST(is_gone(first.pid));
}

BOOST_FIXTURE_TEST_CASE(new_timestamp_causes_no_restart_if_content_is_compared, workshop) {
    write("config", "1");
    driven_process run{command("content", directory / "config")};
    BOOST_TEST(next_serving(run).generation == 1);
    for (int const generation : {2, 3}) {
        fs::last_write_time(directory / "config", fs::file_time_type::clock::now());
        write("config", std::to_string(generation - 1)); // the same content
        std::this_thread::sleep_for(1s);                 // time for an unwanted restart
        write("config", std::to_string(generation));
        BOOST_TEST(next_serving(run).generation == generation);
    }
    run.signal(SIGTERM);
    BOOST_TEST(run.wait() == 1000 + SIGTERM);
}

BOOST_FIXTURE_TEST_CASE(new_timestamp_of_the_program_causes_no_restart, workshop) {
    driven_process run{command("serve")};
    BOOST_TEST(next_serving(run).generation == 1);
    fs::last_write_time(program, fs::file_time_type::clock::now());
    std::this_thread::sleep_for(1s); // time for an unwanted restart
    put_another();
    BOOST_TEST(next_serving(run).generation == 2);
    run.signal(SIGTERM);
    BOOST_TEST(run.wait() == 1000 + SIGTERM);
}

BOOST_AUTO_TEST_CASE(signal_to_the_parent_ends_both_processes) {
    for (int const signal : {SIGTERM, SIGINT, SIGHUP}) {
        driven_process run{{RUN_PROGRAM, "serve", ""}};
        auto const child = next_serving(run);
        BOOST_REQUIRE(child.pid != 0);
        run.signal(signal);
        BOOST_TEST(run.wait() == 1000 + signal);
        BOOST_TEST(is_gone(child.pid, 0ms));
    }
}

BOOST_AUTO_TEST_CASE(ignored_signal_stays_ignored) {
    driven_process run{{RUN_PROGRAM, "serve", ""}, [] { std::signal(SIGHUP, SIG_IGN); }};
    BOOST_REQUIRE(next_serving(run).pid != 0);
    run.signal(SIGHUP);
    BOOST_TEST(run.wait(200ms) == -1);
    run.signal(SIGTERM);
    BOOST_TEST(run.wait() == 1000 + SIGTERM);
}

BOOST_AUTO_TEST_CASE(second_interrupt_kills_immediately) {
    driven_process run{{RUN_PROGRAM, "stubborn", ""}};
    auto const child = next_serving(run);
    BOOST_REQUIRE(child.pid != 0);
    run.signal(SIGINT);
    BOOST_TEST(run.wait(300ms) == -1);
    run.signal(SIGINT);
    BOOST_TEST(run.wait() == 1000 + SIGINT);
    BOOST_TEST(is_gone(child.pid, 0ms));
}

BOOST_FIXTURE_TEST_CASE(function_with_a_stop_token_returns_before_the_restart, workshop) {
    write("config", "one");
    driven_process run{command("until", directory / "config")};
    auto const first = next_serving(run);
    BOOST_REQUIRE(first.generation == 1);
    write("config", "another");
    BOOST_TEST(next_serving(run).generation == 2);
    BOOST_TEST(run.skipped == "asked\nput away\n");
    BOOST_TEST(is_gone(first.pid, 0ms));
    run.signal(SIGTERM);
    BOOST_TEST(run.wait() == 1000 + SIGTERM);
    BOOST_TEST(run.rest() == "asked\nput away\nasked\nput away\n");
}

BOOST_FIXTURE_TEST_CASE(function_ignoring_its_stop_token_is_killed_at_the_deadline, workshop) {
    write("config", "one");
    driven_process run{command("in-vain", directory / "config")};
    auto const first = next_serving(run);
    write("config", "another");
    BOOST_REQUIRE(run.line("asked"));
    auto const asked = driven_process::clock::now();
    BOOST_TEST(next_serving(run).generation == 2);
    auto const took = driven_process::clock::now() - asked;
    BOOST_TEST((took > 3300ms)); // 3.5 s, and not the default of 3 s
    BOOST_TEST(is_gone(first.pid, 0ms));
}

BOOST_AUTO_TEST_CASE(stop_token_of_a_returning_function_stays_silent) {
    BOOST_TEST(outcome("unasked") == after(7, 7));
}

BOOST_AUTO_TEST_CASE(process_forked_by_the_function_may_return_too,
                     *boost::unit_test::precondition(no_address_sanitizer)) {
    BOOST_TEST(outcome("twice-over") == after(15, 15));
}

// The terminal sends its signal to the whole group; TERM may be sent to the child alone.
BOOST_AUTO_TEST_CASE(each_termination_signal_requests_a_stop) {
    for (int const signal : {SIGTERM, SIGINT, SIGHUP}) {
        driven_process run{{RUN_PROGRAM, "until", ""}};
        auto const child = next_serving(run);
        BOOST_REQUIRE(child.pid != 0);
        ::kill(child.pid, signal);
        BOOST_TEST(run.rest() == "asked\nput away\nafter 4\n");
        BOOST_TEST(run.wait() == 4);
    }
}

BOOST_AUTO_TEST_CASE(blocked_or_ignored_signal_requests_a_stop) {
    driven_process blocked{{RUN_PROGRAM, "until", ""}, [] {
                               sigset_t mask;
                               ::sigfillset(&mask);
                               ::sigprocmask(SIG_SETMASK, &mask, nullptr);
                           }};
    driven_process ignored{{RUN_PROGRAM, "until", ""}, [] { std::signal(SIGTERM, SIG_IGN); }};
    for (auto* const run : {&blocked, &ignored}) {
        auto const child = next_serving(*run);
        BOOST_REQUIRE(child.pid != 0);
        ::kill(child.pid, SIGTERM);
        BOOST_TEST(run->rest() == "asked\nput away\nafter 4\n");
        BOOST_TEST(run->wait() == 4);
    }
}

BOOST_AUTO_TEST_CASE(signal_handler_of_the_program_stays_beside_a_stop_token) {
    driven_process run{{RUN_PROGRAM, "until-handled", ""}};
    auto const child = next_serving(run);
    BOOST_REQUIRE(child.pid != 0);
    ::kill(child.pid, SIGINT);
    BOOST_TEST(run.rest() == "after 9\n");
}

// The sanitizer withholds the signal from a forked process.
BOOST_AUTO_TEST_CASE(nested_stop_token_is_signaled_and_forked_processes_end,
                     *boost::unit_test::precondition(no_thread_sanitizer)) {
    driven_process run{{RUN_PROGRAM, "inside", ""}};
    BOOST_REQUIRE(next_serving(run).pid != 0);
    run.signal(SIGTERM); // then sent to the group
    BOOST_TEST(run.rest() == "asked\nput away\nforked 15\n");
    BOOST_TEST(run.wait() == 1000 + SIGTERM);
}

BOOST_AUTO_TEST_CASE(killed_parent_ends_its_child) {
    driven_process run{{RUN_PROGRAM, "serve", ""}};
    auto const child = next_serving(run);
    BOOST_REQUIRE(child.pid != 0);
    run.signal(SIGKILL);
    run.wait();
    BOOST_TEST(is_gone(child.pid));
}

BOOST_FIXTURE_TEST_CASE(new_build_runs_and_a_broken_build_does_not, workshop) {
    driven_process run{command("crash-if-new")};
    auto const first = next_serving(run);
    BOOST_TEST(first.edition == 1);

    BOOST_TEST(build(2));
    auto const second = next_serving(run);
    BOOST_TEST(second.edition == 2);

    BOOST_TEST(!build(5, "-DEDITION= 2>/dev/null")); // does not compile
    BOOST_TEST(next_serving(run, 500ms).edition == 0);
    BOOST_TEST(!is_gone(second.pid, 0ms));

    for (int const broken : {3, 4}) { // compiles, and exits immediately
        BOOST_TEST(build(broken));
        BOOST_TEST(next_serving(run, 500ms).edition == 0);
        BOOST_TEST(run.wait(0ms) == -1);
    }
    BOOST_TEST(build(6));
    BOOST_TEST(next_serving(run).edition == 6);
    run.signal(SIGTERM);
    BOOST_TEST(run.wait() == 1000 + SIGTERM);
}

// The child runs the new build from its start, so the build is no change.
BOOST_FIXTURE_TEST_CASE(build_put_in_place_before_the_supervision_is_run_once, workshop) {
    BOOST_TEST(build(2));
    fs::rename(program, program.string() + ".new");
    fs::copy_file(RUN_PROGRAM, program);
    driven_process run{command("serve-replaced")};
    auto const first = next_serving(run);
    BOOST_TEST(first.edition == 2);
    BOOST_TEST(first.generation == 1);
    BOOST_TEST(next_serving(run, 500ms).pid == 0);
}

BOOST_FIXTURE_TEST_CASE(new_build_that_is_not_ready_is_rolled_back, workshop) {
    driven_process run{command("ready")};
    BOOST_TEST(next_serving(run).edition == 1);
    BOOST_TEST(run.skipped == "reported 1\n");
    struct {
        int edition;
        bool serves;
        char const* why;
    } const broken[] = {
        {3, false, "the run exited before it was ready"}, // exits with status 0
        {4, false, "the run exited before it was ready"}, // crashes after a while
        {2, true, "the run did not report ready in time"},
    };
    for (auto const& [edition, serves, why] : broken) {
        run.skipped.clear();
        BOOST_TEST(build(edition));
        int const other = serves ? next_serving(run).pid : 0;
        if (serves) BOOST_TEST(other != 0);
        BOOST_TEST(next_serving(run).edition == 1);
        BOOST_TEST(next_serving(run, 500ms).pid == 0); // no further run until a change
        BOOST_TEST(run.skipped.find(std::string{"found: "} + why) != std::string::npos,
                   run.skipped);
        BOOST_TEST(run.skipped.find("found: the last ready program runs again") !=
                   std::string::npos);
        if (serves) BOOST_TEST(is_gone(other, 0ms));
    }
    BOOST_TEST(build(6));
    BOOST_TEST(next_serving(run).edition == 6);
    run.signal(SIGTERM);
    BOOST_TEST(run.wait() == 1000 + SIGTERM);
}

BOOST_FIXTURE_TEST_CASE(new_build_that_does_not_survive_is_rolled_back, workshop) {
    driven_process run{command("last")};
    auto const first = next_serving(run);
    BOOST_TEST(next_serving(run, 6500ms).pid == 0); // the run survives
    BOOST_TEST(build(4));
    auto const again = next_serving(run);
    BOOST_REQUIRE(again.edition == 1);
    BOOST_TEST(again.pid != first.pid);
    ::kill(again.pid, SIGKILL); // a rollback target may end early without ending the supervision
    BOOST_TEST(run.wait(500ms) == -1);
    BOOST_TEST(build(6));
    BOOST_TEST(next_serving(run).edition == 6);
}

BOOST_FIXTURE_TEST_CASE(unchanged_program_that_is_not_ready_waits_for_a_change, workshop) {
    write("config", "good");
    driven_process run{command("ready", directory / "config")};
    BOOST_TEST(next_serving(run).generation == 1);
    write("config", "bad"); // the program is the same
    BOOST_REQUIRE(run.line("found: the run exited before it was ready"));
    BOOST_TEST(run.wait(500ms) == -1);
    write("config", "good again");
    BOOST_TEST(next_serving(run).generation == 3);
}

// There is no rollback target, and the program may have finished its work.
BOOST_AUTO_TEST_CASE(end_of_the_first_run_ends_the_supervision) {
    BOOST_TEST(outcome("exit-early") ==
               "found: the run exited before it was ready\n" + after(3, 3));
}

BOOST_AUTO_TEST_CASE(program_restarted_by_exec_cannot_roll_back) {
    BOOST_TEST(outcome("become-ready") == message(std::errc::not_supported) + "\n= 0");
}

BOOST_FIXTURE_TEST_CASE(truncated_binary_keeps_the_old_program_running, workshop) {
    auto const whole = directory / "whole";
    fs::copy_file(program, whole);
    driven_process run{command("serve")};
    auto const first = next_serving(run);
    fs::remove(program);
    fs::copy_file(whole, program);
    fs::resize_file(program, fs::file_size(whole) / 2);
    BOOST_TEST(next_serving(run, 700ms).pid == 0);
    BOOST_TEST(!is_gone(first.pid, 0ms));
    fs::remove(program);
    BOOST_TEST(next_serving(run, 700ms).pid == 0);
    BOOST_TEST(!is_gone(first.pid, 0ms));
    put_another();
    BOOST_TEST(next_serving(run).generation == 2);
    BOOST_TEST(is_gone(first.pid, 0ms));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(restart_with_reloader)

BOOST_AUTO_TEST_CASE(exit_status_of_the_program_is_returned) {
    BOOST_TEST(outcome("program", "3") == after(3, 3));
}

BOOST_AUTO_TEST_CASE(nested_restart_is_refused_and_nested_calls_run_directly) {
    BOOST_TEST(
        outcome("nested-program") ==
        "cannot supervise this program from its own child process: Operation not permitted\n" +
            after(5, 5));
}

BOOST_FIXTURE_TEST_CASE(changed_tracked_file_restarts_the_program, workshop) {
    write("config", "one");
    driven_process run{command("program", directory / "config")};
    BOOST_TEST(next_serving(run).generation == 1);
    write("config", "another");
    BOOST_TEST(next_serving(run).generation == 2);
    run.signal(SIGINT);
    BOOST_TEST(run.wait() == 1000 + SIGINT);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(stat_reloader)

BOOST_FIXTURE_TEST_CASE(new_build_runs_under_the_same_pid, workshop) {
    driven_process run{command("become-again")};
    auto const first = next_serving(run);
    BOOST_TEST(first.edition == 1);
    BOOST_TEST(first.pid == run.pid());
    for (int const edition : {2, 3}) {
        BOOST_TEST(build(edition));
        auto const next = next_serving(run);
        BOOST_TEST(next.edition == edition);
        BOOST_TEST(next.pid == first.pid);
    }
}

BOOST_FIXTURE_TEST_CASE(broken_build_keeps_the_old_program_running, workshop) {
    driven_process run{command("become-again")};
    BOOST_TEST(next_serving(run).edition == 1);
    BOOST_TEST(!build(2, "-DEDITION= 2>/dev/null"));
    BOOST_TEST(next_serving(run, 500ms).edition == 0);
    BOOST_TEST(run.wait(0ms) == -1);
    BOOST_TEST(build(2));
    BOOST_TEST(next_serving(run).edition == 2);
}

BOOST_FIXTURE_TEST_CASE(truncated_binary_keeps_the_old_program_running, workshop) {
    auto const whole = directory / "whole";
    fs::copy_file(program, whole);
    driven_process run{command("become-again")};
    BOOST_TEST(next_serving(run).edition == 1);
    fs::remove(program);
    fs::copy_file(whole, program);
    for (auto const share : {2, 4, 50}) {
        fs::resize_file(program, fs::file_size(whole) / static_cast<unsigned>(share));
        BOOST_TEST(next_serving(run, 400ms).edition == 0);
        BOOST_TEST(run.wait(0ms) == -1);
    }
    put_another();
    BOOST_TEST(next_serving(run).pid == run.pid());
}

BOOST_FIXTURE_TEST_CASE(changed_tracked_file_restarts_the_program_once, workshop) {
    write("config", "one");
    driven_process run{command("become-again", directory / "config")};
    BOOST_TEST(next_serving(run).pid == run.pid());
    write("config", "another");
    BOOST_TEST(next_serving(run).pid == run.pid());
    BOOST_TEST(next_serving(run, 400ms).pid == 0);
}

BOOST_AUTO_TEST_SUITE_END()
