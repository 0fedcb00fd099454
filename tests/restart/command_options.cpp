#include <restat/restart/command_options.hpp>

#include <restat/error.hpp>
#include <restat/restart/command_restart.hpp>
#include <restat/restart/fork_restart.hpp>
#include <restat/testing/print.hpp>

#include "restart/real_process.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <stdexcept>
#include <utility>

using namespace restat;
using namespace restat::real;

BOOST_AUTO_TEST_SUITE(command_options_)

BOOST_AUTO_TEST_CASE(defaults_of_a_function_are_those_of_a_command) {
    command_options const command;
    fork_options const function;
    BOOST_TEST(command.signal == SIGTERM);
    BOOST_TEST((command.grace == 3s));
    BOOST_TEST(function.signal == command.signal);
    BOOST_TEST((function.grace == command.grace));
    BOOST_TEST(function.on_exit == command.on_exit);
    BOOST_TEST(function.first == command.first);
    BOOST_TEST(function.on_change == command.on_change);
    BOOST_TEST(command.change_signal == SIGHUP);
    BOOST_TEST(function.change_signal == command.change_signal);
    BOOST_TEST((function.run_limit == command.run_limit));
    BOOST_TEST(function.ready == command.ready);
    BOOST_TEST((function.ready_limit == command.ready_limit));
    BOOST_TEST(function.guard == command.guard);
}

BOOST_AUTO_TEST_CASE(program_replaces_the_first_word_as_the_file_to_execute) {
    directory const dir;
    auto const file = dir.script("tool", "printf %s \"$VARIABLE\" > \"$1\"");
    command_restart tool{{.command = {"another name", dir / "out"},
                          .program = file,
                          .environment = {"VARIABLE=first", "VARIABLE=value"},
                          .on_exit = after_exit::quit}};
    tool.start(now());
    BOOST_TEST(drive(tool, [&] { return tool.supervise(now()).done; }));
    BOOST_TEST(dir.read("out") == "value");
}

BOOST_AUTO_TEST_CASE(program_of_the_first_change_waits_for_it) {
    directory const dir;
    auto const file = dir.script("tool", "echo run >> \"$1\"");
    command_restart tool{{.command = {file, dir / "out"}, .first = first_start::on_change}};
    tool.start(now());
    tool.supervise(now());
    BOOST_TEST(tool.pid() == 0);
    std::error_code error;
    BOOST_TEST(tool.restart(changes({"a"}), error) == restart_result::restarted);
    BOOST_TEST(drive(tool, [&] { return dir.lines("out") == 1; }));
    BOOST_TEST(finish(tool));
}

BOOST_AUTO_TEST_CASE(program_without_input_reads_an_empty_file) {
    directory const dir;
    auto const file = dir.script("tool", "wc -c > \"$1\"");
    command_restart tool{{.command = {file, dir / "out"},
                          .on_exit = after_exit::quit,
                          .input = command_input::nothing}};
    tool.start(now());
    BOOST_TEST(drive(tool, [&] { return tool.supervise(now()).done; }));
    BOOST_TEST(std::stoi(dir.read("out")) == 0);
}

BOOST_AUTO_TEST_CASE(program_runs_in_its_directory_with_absolute_paths_of_changes) {
    directory const dir;
    fs::create_directory(dir / "below");
    dir.script("below/tool", "pwd -P > out; tr '\\t\\0' '= ' < $RESTAT_CHANGES >> out");
    command_restart tool{{.command = {"./tool"},
                          .directory = dir / "below",
                          .on_exit = after_exit::quit,
                          .first = first_start::on_change}};
    tool.start(now());
    std::error_code error;
    tool.restart(changes({"a"}), error);
    BOOST_TEST(drive(tool, [&] { return tool.supervise(now()).done; }));
    BOOST_TEST(dir.read("below/out") == fs::canonical(dir.path / "below").native() +
                                            "\nmodified=" + fs::current_path().native() + "/a ");
}

BOOST_AUTO_TEST_CASE(relative_directory_in_path_begins_at_the_directory_of_the_program) {
    directory const dir;
    fs::create_directories(dir / "below/bin");
    dir.script("below/bin/tool", "echo run > out");
    command_restart tool{{.command = {"tool"},
                          .environment = {"PATH=bin:/usr/bin:/bin"},
                          .directory = dir / "below",
                          .on_exit = after_exit::quit}};
    tool.start(now());
    BOOST_TEST(drive(tool, [&] { return tool.supervise(now()).done; }));
    BOOST_TEST(dir.read("below/out") == "run\n");
}

BOOST_AUTO_TEST_CASE(missing_directory_of_a_program_is_a_failed_start) {
    supervised s;
    command_restart tool{{.command = {"true"}, .directory = s.dir / "missing"}, s.listener()};
    tool.start(now());
    BOOST_TEST(drive(tool, [&] { return s.count(process_event_kind::start_failed) == 1; }));
    BOOST_TEST((s.events[0].error == std::errc::no_such_file_or_directory));
    BOOST_TEST(s.events[0].path == s.dir / "missing");
    fs::create_directory(s.dir / "missing");
    BOOST_TEST(drive(tool, [&] { return s.count(process_event_kind::started) == 1; }));
    BOOST_TEST(finish(tool));
}

BOOST_AUTO_TEST_CASE(change_signal_reaches_only_the_first_process) {
    directory const dir;
    auto const file =
        dir.script("tool", "(trap 'echo group >> \"$1\"' HUP; sleep 1000 & wait) &\n"
                           "trap 'echo leader >> \"$1\"' HUP\n"
                           "echo up >> \"$1\"; while :; do sleep 0.1; done");
    command_restart tool{{.command = {file, dir / "out"}, .on_change = after_change::signal}};
    tool.start(now());
    BOOST_TEST(drive(tool, [&] { return dir.read("out") == "up\n"; }));
    std::error_code error;
    BOOST_TEST(tool.restart(changes({"a"}), error) == restart_result::restarted);
    BOOST_TEST(drive(tool, [&] { return dir.lines("out") > 1; }));
    BOOST_TEST(!drive(
        tool, [&] { return dir.lines("out") > 2; }, 300ms));
    BOOST_TEST(dir.line("out", 1) == "leader");
    BOOST_TEST(finish(tool));
}

BOOST_AUTO_TEST_CASE(preparation_changes_arguments_and_variables_of_a_single_run) {
    directory const dir;
    auto const file = dir.script("tool", "echo \"$# $1 $A $B\" >> \"$OUT\"; exec sleep 1000");
    std::vector<std::string> seen;
    auto const prepare = [&](next_run& run) {
        seen.push_back(std::to_string(run.generation));
        for (auto const& what : run.changes) seen.push_back(what.path);
        if (run.generation == 1) return;
        run.command.push_back("more");
        run.set("A=2");
        run.set("B=3");
    };
    command_restart tool{{.command = {file, "first"},
                          .environment = {"A=1", "OUT=" + dir / "out"},
                          .prepare = prepare}};
    tool.start(now());
    BOOST_TEST(drive(tool, [&] { return dir.lines("out") == 1; }));
    std::error_code error;
    tool.restart(changes({"b", "c"}), error);
    BOOST_TEST(drive(tool, [&] { return dir.lines("out") == 2; }));
    BOOST_TEST(dir.read("out") == "1 first 1 \n2 first 2 3\n");
    BOOST_TEST((seen == std::vector<std::string>{"1", "2", "b", "c"}));
    BOOST_TEST(finish(tool));
}

BOOST_AUTO_TEST_CASE(start_after_a_failed_preparation_is_still_requested) {
    directory const dir;
    auto const file = dir.script("tool", "echo run >> \"$1\"");
    bool fails = true;
    command_restart tool{
        {.command = {file, dir / "out"}, .on_exit = after_exit::quit, .prepare = [&](next_run&) {
             if (std::exchange(fails, false)) throw std::runtime_error{"not now"};
         }}};
    tool.start(now());
    BOOST_CHECK_THROW(tool.supervise(now()), std::runtime_error);
    BOOST_TEST(drive(tool, [&] { return tool.supervise(now()).done; }));
    BOOST_TEST(dir.read("out") == "run\n");
}

BOOST_AUTO_TEST_CASE(time_limit_of_no_condition_is_refused) {
    auto const is_refusal = [](reload_error const& thrown) {
        return thrown.code() == std::errc::not_supported &&
               thrown.operation() == "use ready_limit without ready";
    };
    BOOST_CHECK_EXCEPTION((command_restart{{.command = {"true"}, .ready_limit = 9s}}),
                          reload_error, is_refusal);
    BOOST_CHECK_EXCEPTION((fork_restart{[] { return 0; }, fork_options{.ready_limit = 9s}}),
                          reload_error, is_refusal);
    command_restart{{.command = {"true"}, .ready = readiness::survived, .ready_limit = 9s}};
}

BOOST_AUTO_TEST_SUITE_END()
