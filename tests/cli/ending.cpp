#include "watched_command.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fcntl.h>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>

namespace {

/// Prints the pids of its two processes.
constexpr char const* family = "sleep 1000 & echo $$ $!; wait";

std::pair<pid_t, pid_t> read_family(running_program& restat) {
    BOOST_REQUIRE(restat.wait_for_output("\n"));
    std::istringstream line{restat.output()};
    std::pair<pid_t, pid_t> pids;
    line >> pids.first >> pids.second;
    BOOST_REQUIRE(pids.second > 0);
    return pids;
}

void dump_no_core() {
    rlimit const none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
}

} // namespace

BOOST_AUTO_TEST_SUITE(ending)

BOOST_AUTO_TEST_CASE(a_signal_ends_the_command_and_then_restat_by_the_same_signal) {
    for (int const signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        temporary_directory const there;
        running_program restat{shell_under_restat({}, family),
                               {.directory = there.path(), .prepare = dump_no_core}};
        auto const [shell, sleeper] = read_family(restat);
        restat.signal(signal);
        BOOST_TEST(restat.ends_by(signal), signal);
        BOOST_TEST(!is_alive(shell));
        BOOST_TEST(!is_alive(sleeper));
    }
}

BOOST_AUTO_TEST_CASE(a_second_int_kills_at_once) {
    temporary_directory const there;
    auto const stubborn = shell_under_restat(
        {"--grace", "1000s"}, "trap 'echo asked' TERM; echo $$ $$; while :; do sleep 0.05; done");
    running_program restat{stubborn, {.directory = there.path()}};
    auto const shell = read_family(restat).first;
    restat.signal(SIGINT);
    BOOST_REQUIRE(restat.wait_for_output("asked\n"));
    BOOST_TEST(is_alive(shell));
    restat.signal(SIGINT);
    BOOST_TEST(restat.ends_by(SIGINT));
    BOOST_TEST(!is_alive(shell));
}

BOOST_AUTO_TEST_CASE(kill_of_restat_ends_the_command_too) {
    temporary_directory const there;
    running_program restat{shell_under_restat({}, "echo $$ $$; exec sleep 1000"),
                           {.directory = there.path()}};
    auto const command = read_family(restat).first;
    restat.signal(SIGKILL);
    BOOST_REQUIRE(restat.wait());
    BOOST_TEST(is_gone_soon(command));
}

BOOST_AUTO_TEST_CASE(ignored_signals_stay_ignored_unless_sent_by_a_program) {
    temporary_directory const there;
    watched_command restat{there, {}, {.prepare = [] {
                               std::signal(SIGHUP, SIG_IGN); // as nohup does
                               std::signal(SIGINT, SIG_IGN); // as `sh -c 'restat &'` does
                           }}};
    BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
    restat.signal(SIGHUP);
    there.write("a", "1");
    BOOST_TEST(restat.next_line() == "run 2 change: added=a;");
    restat.signal(SIGINT);
    BOOST_TEST(restat.ends_by(SIGINT));
}

BOOST_AUTO_TEST_CASE(unread_lines_do_not_block_restat) {
    temporary_directory const there;
    int pipe[2];
    BOOST_REQUIRE(::pipe2(pipe, O_CLOEXEC) == 0);
    ::close(pipe[0]);
    watched_command restat{there, {"-v"}, {.prepare = [&] { ::dup2(pipe[1], STDERR_FILENO); }}};
    ::close(pipe[1]);
    BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
    there.write("a", "1");
    BOOST_TEST(restat.next_line() == "run 2 change: added=a;");
    restat.signal(SIGTERM);
    BOOST_TEST(restat.ends_by(SIGTERM));
}

BOOST_AUTO_TEST_CASE(stalled_reader_delays_restat_only_once) {
    temporary_directory const there;
    int pipe[2];
    BOOST_REQUIRE(::pipe2(pipe, O_CLOEXEC) == 0);
    BOOST_REQUIRE(::fcntl(pipe[1], F_SETPIPE_SZ, 4096) >= 4096);
    std::string const full(4096, 'x');
    BOOST_REQUIRE(::write(pipe[1], full.data(), full.size()) == 4096);
    for (auto const name : {"src", "many"}) there.make_directory(name);
    for (int i = 0; i < 300; ++i) there.write("many/" + std::to_string(i), "1");
    watched_command restat{
        there, {"-v", "src"}, {.prepare = [&] { ::dup2(pipe[1], STDERR_FILENO); }}};
    BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
    there.rename("many", "src/many"); // a line for each file; a second for each is too long
    BOOST_TEST(restat.next_line().starts_with("run 2 change: added=src/many/"));
    ::close(pipe[0]);
    ::close(pipe[1]);
}

BOOST_AUTO_TEST_CASE(signal_ends_a_long_first_scan_at_once) {
    temporary_directory const there;
    running_program restat{restat_with({"-n", "1h", "/", "--", "sleep", "1000"}),
                           {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for([&] { // waits for the signal thread
        return std::filesystem::exists("/proc/" + std::to_string(restat.pid()) + "/task") &&
               std::distance(std::filesystem::directory_iterator{"/proc/" +
                                                                 std::to_string(restat.pid()) +
                                                                 "/task"},
                             {}) >= 2;
    }));
    restat.signal(SIGTERM);
    BOOST_TEST(restat.ends_by(SIGTERM));
}

BOOST_AUTO_TEST_SUITE_END()
