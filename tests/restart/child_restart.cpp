#include <restat/restart/child_restart.hpp>

#include <restat/restart/command_restart.hpp>
#include <restat/restart/fork_restart.hpp>
#include <restat/testing/print.hpp>

#include "restart/real_process.hpp"

#include <boost/test/unit_test.hpp>

#include <concepts>

using namespace restat;
using namespace restat::real;

static_assert(std::derived_from<command_restart, child_restart>);
static_assert(std::derived_from<fork_restart<void (*)()>, child_restart>);
static_assert(supervising_strategy<command_restart> && suspending_strategy<command_restart>);
static_assert(!handing_strategy<command_restart>);

namespace {

void wait_for_a_signal() { ::pause(); }

} // namespace

BOOST_AUTO_TEST_SUITE(child_restarts)

BOOST_AUTO_TEST_CASE(nothing_runs_before_the_start) {
    fork_restart program{wait_for_a_signal};
    BOOST_TEST(program.pid() == 0);
    BOOST_TEST(program.descriptor() == -1);
    BOOST_TEST(!program.last_exit());
    BOOST_TEST(!program.last_error());
}

BOOST_AUTO_TEST_CASE(restart_replaces_the_running_program) {
    fork_restart program{wait_for_a_signal};
    program.start(now());
    BOOST_REQUIRE(drive(program, [&] { return program.pid() != 0; }));
    int const first = program.pid();
    std::error_code error;
    BOOST_TEST(program.restart(changes({"a"}), error) == restart_result::restarted);
    BOOST_TEST(drive(program, [&] { return program.pid() != 0 && program.pid() != first; }));
    BOOST_TEST(!is_alive(first));
    BOOST_TEST(program.last_exit()->signal == SIGTERM);
    BOOST_TEST(finish(program));
}

BOOST_AUTO_TEST_CASE(restart_is_refused_while_the_new_program_cannot_start) {
    directory const dir;
    auto const file = dir.script("tool", "echo > '" + dir / "read" + "'; exec sleep 1000");
    command_restart program{{.command = {file}}};
    program.start(now());
    BOOST_REQUIRE(drive(program, [&] { return fs::exists(dir / "read"); }));
    int const first = program.pid();
    fs::remove(file);
    std::error_code error;
    BOOST_TEST(program.restart(changes({"a"}), error) == restart_result::refused);
    BOOST_TEST((error == std::errc::no_such_file_or_directory));
    BOOST_TEST(program.pid() == first);
    BOOST_TEST(is_alive(first));
    BOOST_TEST(finish(program));
}

BOOST_AUTO_TEST_CASE(program_can_be_restarted_without_a_change) {
    fork_restart program{wait_for_a_signal};
    program.start(now());
    BOOST_REQUIRE(drive(program, [&] { return program.pid() != 0; }));
    int const first = program.pid();
    std::error_code error;
    BOOST_TEST(program.restart_now(error) == restart_result::restarted);
    BOOST_TEST(drive(program, [&] { return program.pid() != 0 && program.pid() != first; }));
    BOOST_TEST(finish(program));
}

BOOST_AUTO_TEST_CASE(descriptor_is_readable_after_the_end_of_the_program) {
    fork_restart program{[] { return 3; }};
    program.start(now());
    BOOST_REQUIRE(drive(program, [&] { return program.pid() != 0 || program.last_exit(); }));
    BOOST_TEST(wait_for([&] {
        pollfd end{program.descriptor(), POLLIN, 0};
        return program.descriptor() < 0 || ::poll(&end, 1, 0) == 1;
    }));
    BOOST_TEST(drive(program, [&] { return program.last_exit().has_value(); }));
    BOOST_TEST(*program.last_exit() == exit_status{3});
    BOOST_TEST(finish(program));
}

BOOST_AUTO_TEST_CASE(destructor_leaves_no_process) {
    int pid = 0;
    {
        fork_restart program{wait_for_a_signal};
        program.start(now());
        BOOST_REQUIRE(drive(program, [&] { return program.pid() != 0; }));
        pid = program.pid();
    }
    BOOST_TEST(!is_alive(pid));
}

BOOST_AUTO_TEST_CASE(stopped_program_may_start_again) {
    fork_restart program{wait_for_a_signal};
    for (int round = 0; round < 2; ++round) {
        program.start(now());
        BOOST_REQUIRE(drive(program, [&] { return program.pid() != 0; }));
        BOOST_TEST(finish(program));
        BOOST_TEST(program.pid() == 0);
    }
}

BOOST_AUTO_TEST_SUITE_END()
