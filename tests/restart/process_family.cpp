// Processes that left the program's group, hidden in further ways. They still belong to the
// program if this process adopts orphans.
#include "platform/process/process_family.hpp"

#include <restat/restart/command_restart.hpp>

#include "restart/real_process.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

#include <sys/prctl.h>

using namespace restat;
using namespace restat::real;
using kind = process_event_kind;

namespace {

struct fixture : supervised {
    ~fixture() {
        for (int const pid : pids()) ::kill(pid, SIGKILL);
        ::prctl(PR_SET_CHILD_SUBREAPER, 0);
        BOOST_TEST(!has_children(), "no zombie is left");
    }

    command_restart shell(std::string const& text, escape_policy chosen,
                          std::chrono::milliseconds grace = 30s) {
        return command_restart{{.command = {"/bin/sh", "-c", "cd \"$DIR\"; " + text},
                                .environment = {"DIR=" + dir.path.string()},
                                .grace = grace,
                                .escaped_processes = chosen},
                               listener()};
    }
    // Restarts several times; requires that the signal alone ends all strays of each run.
    void check_strays_end(command_restart& it, std::size_t strays, std::size_t restarts);
};

void restart(command_restart& it, std::string const& path) {
    std::error_code error;
    BOOST_TEST((it.restart(changes({path}), error) == restart_result::restarted));
}

void fixture::check_strays_end(command_restart& it, std::size_t strays, std::size_t restarts) {
    it.start(real::now());
    for (std::size_t times = 1; times <= restarts; ++times) {
        BOOST_REQUIRE(drive(it, [&] { return runs() == times * strays; }));
        restart(it, std::to_string(times));
        BOOST_REQUIRE(drive(
            it, [&] { return count(kind::gone) == times; }, 60s));
    }
    BOOST_TEST(finish(it));
    BOOST_TEST(count(kind::killed) == 0U);
    auto const all = pids();
    BOOST_TEST(std::none_of(all.begin(), all.end(), is_alive));
}

// Runs a command in a session and with an environment of its own. The command first runs `first`,
// then writes its pid into the file.
std::string nameless(std::string const& does, std::string const& first = "") {
    return "setsid env -i /bin/sh -c '" + first + "echo $$ >>runs; " + does + "' ";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(process_family_, fixture)

BOOST_AUTO_TEST_CASE(strays_with_another_environment_are_found_only_by_a_subreaper) {
    for (auto const chosen : {escape_policy::end, escape_policy::adopt}) {
        bool const are_ended = chosen == escape_policy::adopt;
        dir.write("runs", "");
        events.clear();
        auto it = shell(nameless("exec sleep 60") + "& exec sleep 60", chosen);
        it.start(real::now());
        BOOST_TEST(drive(it, [&] { return runs() == 1; }));
        int const stray = pids().at(0);
        restart(it, "a");
        BOOST_TEST(drive(it, [&] { return count(kind::started) == 2; }));
        BOOST_TEST(is_alive(stray) != are_ended);
        BOOST_TEST(count(kind::killed) == 0U, "the signal was enough");
        BOOST_TEST(drive(it, [&] { return runs() == 2; }));
        BOOST_TEST(finish(it));
        BOOST_TEST(is_alive(pids().at(1)) != are_ended);
        for (int const pid : pids()) ::kill(pid, SIGKILL);
    }
}

BOOST_AUTO_TEST_CASE(children_and_orphans_of_strays_end_too) {
    // A daemon after a double fork, with a child in yet another session.
    auto it = shell(nameless("setsid sh -c \"echo \\$\\$ >>runs; exec sleep 60\" & wait") +
                        "& while [ $(wc -l <runs) -lt 2 ]; do sleep 0.01; done; exit 0",
                    escape_policy::adopt);
    dir.write("runs", "");
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return count(kind::ended) == 1; }));
    BOOST_REQUIRE(pids().size() == 2U);
    BOOST_TEST(is_alive(pids()[0]));
    BOOST_TEST(is_alive(pids()[1]));
    BOOST_TEST(count(kind::gone) == 0U, "they may stay until a change");
    BOOST_TEST(finish(it));
    BOOST_TEST(!is_alive(pids()[0]));
    BOOST_TEST(!is_alive(pids()[1]));
    BOOST_TEST(count(kind::gone) == 1U);
}

// The same signal ends all parents, and an orphan is in no list for a moment.
BOOST_AUTO_TEST_CASE(strays_with_ending_parents_get_the_signal) {
    constexpr std::size_t count_of_strays = 20;
    auto it = shell("for i in $(seq " + std::to_string(count_of_strays) + "); do sh -c \"" +
                        "setsid env -i /bin/sh -c 'echo \\$\\$ >>runs; exec sleep 60' & wait\" & "
                        "done; exec sleep 60",
                    escape_policy::adopt);
    check_strays_end(it, count_of_strays, 5);
}

// The same signal ends the ancestors within the group, in any order: a process may get a new
// parent several times during the search.
BOOST_AUTO_TEST_CASE(strays_with_ending_ancestors_get_the_signal) {
    constexpr std::size_t count_of_strays = 10;
    auto const chain =
        dir.script("chain", "if [ $1 -gt 0 ]; then \"$0\" $(($1 - 1)) & wait; else\n" +
                                nameless("exec sleep 60") + "& wait; fi");
    auto it = shell("for i in $(seq " + std::to_string(count_of_strays) + "); do " + chain +
                        " 6 & done; exec sleep 60",
                    escape_policy::adopt);
    check_strays_end(it, count_of_strays, 3);
}

BOOST_AUTO_TEST_CASE(stray_ignoring_the_signal_is_named_and_killed) {
    auto it = shell(nameless("while :; do /bin/sleep 0.05; done", "trap \"\" TERM; ") +
                        "& while [ ! -s runs ]; do sleep 0.01; done; exec sleep 60",
                    escape_policy::adopt, 300ms);
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return runs() == 1; }));
    int const stray = pids().at(0);
    restart(it, "a");
    BOOST_TEST(drive(it, [&] { return count(kind::started) == 2; }));
    BOOST_TEST(!is_alive(stray));
    BOOST_TEST(reports_kill(events, stray, "sh"));
    BOOST_TEST(finish(it));
}

// New processes appear during the search before KILL.
BOOST_AUTO_TEST_CASE(program_forking_continuously_still_ends) {
    auto it = shell(nameless("while :; do setsid /bin/sleep 60 & echo $! >>runs; "
                             "/bin/sleep 0.002; done",
                             "trap \"\" TERM; ") +
                        "& exec sleep 60",
                    escape_policy::adopt, 300ms);
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return runs() >= 3; }));
    restart(it, "a");
    BOOST_TEST(drive(it, [&] { return count(kind::started) == 2; }));
    BOOST_TEST(count(kind::stuck) == 0U);
    BOOST_TEST(finish(it));
    auto const all = pids();
    BOOST_TEST(std::none_of(all.begin(), all.end(), is_alive));
}

// During an exec, the environment of a process is empty for a moment.
BOOST_AUTO_TEST_CASE(repeatedly_execing_process_is_waited_for_and_killed) {
    auto const loop = dir.script("loop", "exec \"$0\"");
    auto it =
        shell("setsid sh -c 'trap \"\" TERM; echo $$ >>runs; exec " + loop + "' & exec sleep 60",
              escape_policy::end, 300ms);
    it.start(real::now());
    for (std::size_t times = 1; times <= 3; ++times) {
        BOOST_REQUIRE(drive(it, [&] { return runs() == times; }));
        restart(it, std::to_string(times));
        BOOST_REQUIRE(drive(it, [&] { return count(kind::started) == times + 1; }));
        BOOST_TEST(!is_alive(pids().at(times - 1)), "after " << times << " restarts");
        BOOST_TEST(count(kind::killed) == times);
    }
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(earlier_children_belong_to_the_host) {
    int const mine = ::fork();
    if (mine == 0) {
        for (;;) ::pause();
    }
    dir.write("runs", "");
    {
        auto it = shell("setsid sh -c 'echo $$ >>runs; exec sleep 60' & exec sleep 60",
                        escape_policy::adopt);
        int adopts = 0;
        ::prctl(PR_GET_CHILD_SUBREAPER, &adopts);
        BOOST_TEST(adopts == 0);
        it.start(real::now());
        BOOST_TEST(drive(it, [&] { return runs() == 1; }));
        BOOST_TEST(finish(it));
        BOOST_TEST(!is_alive(pids().at(0)), "found by its environment");
    }
    BOOST_TEST(is_alive(mine));
    ::kill(mine, SIGKILL);
    ::waitpid(mine, nullptr, 0);
}

BOOST_AUTO_TEST_CASE(host_ignoring_chld_finds_strays_by_their_environment) {
    auto* const before = std::signal(SIGCHLD, SIG_IGN);
    {
        auto it = shell("setsid sh -c 'echo $$ >>runs; exec sleep 60' & exec sleep 60",
                        escape_policy::adopt);
        it.start(real::now());
        BOOST_TEST(drive(it, [&] { return runs() == 1; }));
        restart(it, "a");
        BOOST_TEST(drive(it, [&] { return count(kind::started) == 2; }));
        BOOST_TEST(!is_alive(pids().at(0)));
        BOOST_TEST(finish(it));
    }
    std::signal(SIGCHLD, before);
}

BOOST_AUTO_TEST_SUITE_END()
