#include <restat/restart/fork_restart.hpp>

#include "restart/real_process.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>

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

BOOST_AUTO_TEST_CASE(what_the_function_returns_is_the_status) {
    fork_restart seven{[] { return 7; }};
    BOOST_TEST(run_to_its_end(seven) == 7);
    fork_restart nothing{[] {}};
    BOOST_TEST(run_to_its_end(nothing) == 0);
}

BOOST_AUTO_TEST_CASE(the_function_runs_anew_in_a_child_and_is_told_why) {
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

BOOST_AUTO_TEST_CASE(output_is_neither_lost_nor_doubled) {
    directory const dir;
    std::FILE* const file = std::fopen((dir / "out").c_str(), "a");
    std::fputs("parent ", file);
    fork_restart it{[&] { std::fputs("child ", file); }};
    run_to_its_end(it);
    std::fclose(file);
    BOOST_TEST(dir.read("out") == "parent child ");
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
        [&] { fork_restart const gone{std::move(sleeper)}; }}; // destroyed in the copy
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
