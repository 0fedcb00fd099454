#include <restat/restart/fork_restart.hpp>

#include "restart/real_process.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <thread>

#include <fcntl.h>

using namespace restat;
using namespace restat::real;

namespace {

bool is_idle(child_restart& it) {
    return it.supervise(real::now()).now == supervision::state::idle;
}

int run_to_its_end(child_restart& it) {
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return it.last_exit() && is_idle(it); }));
    return it.last_exit() ? it.last_exit()->shell_status() : -1;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fork_restart_)

BOOST_AUTO_TEST_CASE(return_value_of_the_function_is_the_exit_status) {
    fork_restart seven{[] { return 7; }};
    BOOST_TEST(run_to_its_end(seven) == 7);
    fork_restart nothing{[] {}};
    BOOST_TEST(run_to_its_end(nothing) == 0);
}

BOOST_AUTO_TEST_CASE(variables_that_announce_descriptors_do_not_reach_the_function) {
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::setenv("LISTEN_FDS", "1", 1);
    ::setenv("LISTEN_FDNAMES", "http", 1);
    fork_restart it{[] {
        int count = 0;
        for (auto const* const name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
            count += std::getenv(name) ? 1 : 0;
        }
        return count;
    }};
    BOOST_TEST(run_to_its_end(it) == 0);
    for (auto const* const name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
        BOOST_TEST(std::getenv(name)); // this process may still take them
        ::unsetenv(name);
    }
}

BOOST_AUTO_TEST_CASE(function_runs_again_in_a_child_and_gets_the_reason) {
    directory const dir;
    fork_restart it{[&, parent = ::getpid()] {
                        std::ofstream{dir / "runs", std::ios::app}
                            << std::getenv("RESTAT_GENERATION") << ' '
                            << std::getenv("RESTAT_REASON") << ' ' << std::getenv("ADDED") << ' '
                            << (::getpid() == parent) << '\n';
                        ::pause();
                    },
                    fork_options{.environment = {"ADDED=x"}}};
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return dir.lines("runs") == 1; }));
    std::error_code error;
    it.restart(changes({"a"}), error);
    BOOST_TEST(drive(it, [&] { return dir.lines("runs") == 2; }));
    BOOST_TEST(dir.read("runs") == "1 start x 0\n2 change x 0\n");
    BOOST_TEST(std::getenv("RESTAT_GENERATION") == nullptr);
    BOOST_TEST(finish(it));
    BOOST_TEST(!has_children());
}

BOOST_AUTO_TEST_CASE(output_is_neither_lost_nor_duplicated) {
    directory const dir;
    std::FILE* const file = std::fopen((dir / "out").c_str(), "a");
    std::fputs("parent ", file);
    fork_restart it{[&] { std::fputs("child ", file); }};
    run_to_its_end(it);
    std::fclose(file);
    BOOST_TEST(dir.read("out") == "parent child ");
}

BOOST_AUTO_TEST_CASE(thread_waiting_for_input_does_not_delay_a_start) {
    directory const dir;
    std::atomic<bool> waits = false;
    std::atomic<bool> done = false;
    std::jthread const reader{[&] { // like a thread inside std::getchar
        ::flockfile(stdin);
        waits = true;
        wait_for([&] { return done.load(); }, 20s);
        waits = false;
        ::funlockfile(stdin);
    }};
    wait_for([&] { return waits.load(); });
    fork_restart it{[&] { dir.write("runs", "1"); }};
    BOOST_TEST(run_to_its_end(it) == 0);
    BOOST_TEST(dir.read("runs") == "1");
    BOOST_TEST(waits);
    done = true;
}

// Runs in a process of its own; its standard output is a pipe smaller than the output.
BOOST_AUTO_TEST_CASE(unread_output_delays_nothing_and_is_not_duplicated) {
    constexpr std::size_t much = 100'000;
    fork_restart all{[] {
        static char buffer[1 << 20];
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) return 2;
        ::dup2(ends[1], 1);
        ::close(ends[1]);
        std::setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
        std::fputs(std::string(much, 'x').c_str(), stdout);
        fork_restart it{[] { std::fputs("child", stdout); }};
        it.start(real::now());
        if (!drive(it, [&] { return it.last_exit() && is_idle(it); })) return 3;
        ::fcntl(ends[0], F_SETPIPE_SZ, 1 << 20); // now large enough
        std::fflush(stdout);
        ::close(1);
        std::size_t size = 0;
        char text[4096];
        for (ssize_t got = 0; (got = ::read(ends[0], text, sizeof text)) > 0;) {
            size += static_cast<std::size_t>(got);
        }
        return size == much + std::strlen("child") ? 0 : 1;
    }};
    BOOST_TEST(run_to_its_end(all) == 0);
}

BOOST_AUTO_TEST_CASE(exit_handlers_and_live_strategies_stay_the_parents) {
    directory const dir;
    static std::string path;
    path = dir / "exit";
    std::atexit([] {
        if (fs::exists(fs::path{path}.parent_path())) std::ofstream{path} << "called";
    });
    fork_restart sleeper{[] { ::pause(); }};
    sleeper.start(real::now());
    sleeper.supervise(real::now());
    fork_restart it{
        [&] { fork_restart const gone{std::move(sleeper)}; }}; // destroyed in the forked copy
    BOOST_TEST(run_to_its_end(it) == 0);
    BOOST_TEST(!fs::exists(path));
    BOOST_TEST(is_alive(sleeper.pid()));
    BOOST_TEST(finish(sleeper));
}

BOOST_AUTO_TEST_CASE(an_exception_ends_the_child_by_abrt) {
    fork_restart it{[] {
        std::freopen("/dev/null", "w", stderr);
        std::signal(SIGABRT, SIG_DFL);
        throw 1;
    }};
    BOOST_TEST(run_to_its_end(it) == 128 + SIGABRT);
}

BOOST_AUTO_TEST_SUITE_END()
