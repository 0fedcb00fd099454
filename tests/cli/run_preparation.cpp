#include "watched_command.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdlib>

BOOST_AUTO_TEST_SUITE(run_preparation)

BOOST_AUTO_TEST_CASE(environment_file_is_read_again_before_each_run) {
    temporary_directory const there;
    there.make_directory("src");
    there.write(".env", "A=1\nB='x y'\n");
    running_program restat{
        restat_with({"-n", "50ms", "--loop-guard", "off", "--env-file", ".env", "src", "--", "sh",
                     "-c", "echo \"<$A $B>\"; exec sleep 1000"}),
        {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("<1 x y>\n"));
    there.write("draft", "A=2\n");
    there.rename("draft", ".env");
    BOOST_TEST(restat.wait_for_output("<2 >\n"));
    there.write(".env", "A=3\noops\n");
    BOOST_TEST(restat.wait_for_error(
        "restat: --env-file '.env': line 2 is not NAME=VALUE; the last variables stay\n"));
    BOOST_TEST(restat.wait_for_output("<2 >\n<2 >\n"));
    there.write(".env", "A=4\n");
    BOOST_TEST(restat.wait_for_output("<4 >\n"));
}

BOOST_AUTO_TEST_CASE(environment_file_replaces_inherited_variables_and_the_last_file_wins) {
    temporary_directory const there;
    there.write("one", "A=1\nB=1\n");
    there.write("two", "B=2\n");
    auto const end = run_restat(
        {"--on-exit", "quit", "--env-file", "one", "--env-file", "two", "-S", "echo $A $B $C"},
        {.directory = there.path(), .prepare = [] {
             for (auto const* name : {"A", "B", "C"}) ::setenv(name, "0", 1);
         }});
    BOOST_TEST(end.output == "1 2 0\n");
}

BOOST_AUTO_TEST_CASE(faulty_environment_file_starts_nothing) {
    temporary_directory const there;
    there.write(".env", "A\n");
    auto const end =
        run_restat({"--env-file", ".env", "--", "touch", "started"}, {.directory = there.path()});
    BOOST_TEST(end.status.code == 2);
    BOOST_TEST(end.error.starts_with("restat: --env-file '.env': line 1 is not NAME=VALUE"));
    BOOST_TEST(!std::filesystem::exists(there / "started"));
}

BOOST_AUTO_TEST_CASE(stray_process_is_left_alive_if_asked) {
    for (bool const leaves : {true, false}) {
        temporary_directory const there;
        running_program restat{
            shell_under_restat({"--strays", leaves ? "leave" : "end"},
                               "[ -e pid ] || { setsid sleep 1000 & echo $! >pid; }; "
                               "echo run $RESTAT_GENERATION $(cat pid) .; exec sleep 1000"),
            {.directory = there.path()}};
        BOOST_REQUIRE(restat.wait_for_output(" .\n"));
        auto const daemon = std::atoi(restat.output().c_str() + std::string{"run 1 "}.size());
        BOOST_REQUIRE(is_alive(daemon));
        there.write("a", "1");
        BOOST_REQUIRE(restat.wait_for_output("run 2 "));
        BOOST_TEST(is_alive(daemon) == leaves);
        restat.signal(SIGTERM);
        BOOST_TEST(restat.ends_by(SIGTERM));
        BOOST_TEST(is_alive(daemon) == leaves);
        if (leaves) ::kill(daemon, SIGKILL);
    }
}

BOOST_AUTO_TEST_SUITE_END()
