#include "conformance/report.hpp"

#include <restat/restart/callback_restart.hpp>
#include <restat/restart/command_restart.hpp>
#include <restat/restart/exec_restart.hpp>
#include <restat/restart/fork_restart.hpp>
#include <restat/restart/module_restart.hpp>
#include <restat/testing/recording_restart.hpp>

#include <chrono>
#include <thread>

using namespace restat;
using namespace restat::testing;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(shipped_restarts)

BOOST_AUTO_TEST_CASE(result_of_each_shipped_strategy_fits_its_error) {
    callback_restart plain{[](change_set const&) {}};
    expect_good("callback_restart", check_restart(plain, {}));
    callback_restart declining{[](change_set const&) { return restart_result::declined; }};
    expect_good("callback_restart that declines", check_restart(declining, {}));
    module_restart modules;
    expect_good("module_restart without a module", check_restart(modules, {}));
    modules.add({.path = "missing.so"});
    expect_good("module_restart", check_restart(modules, {}));
    recording_restart recording;
    expect_good("recording_restart", check_restart(recording, {}));
}

BOOST_AUTO_TEST_CASE(each_supervising_strategy_conforms) {
    command_restart command{{.command = {"sleep", "60"}}};
    expect_good("command_restart", check_supervision(command, 10s));
    command_restart stubborn{{.command = {"sh", "-c", "trap '' TERM; sleep 60"}, .grace = 100ms}};
    expect_good("command_restart of a stubborn program", check_supervision(stubborn, 10s));
    fork_restart function{[] { std::this_thread::sleep_for(60s); }};
    expect_good("fork_restart", check_supervision(function, 10s));
}

BOOST_AUTO_TEST_CASE(process_without_a_predecessor_inherits_nothing) {
    exec_restart exec;
    expect_good("exec_restart", check_no_handoff(exec));
}

BOOST_AUTO_TEST_SUITE_END()
