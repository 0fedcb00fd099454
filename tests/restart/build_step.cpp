#include <restat/restart/build_step.hpp>

#include <restat/restart/callback_restart.hpp>
#include <restat/restart/command_restart.hpp>
#include <restat/snapshot_builder.hpp>
#include <restat/testing/recording_restart.hpp>

#include "restart/real_process.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace restat::real;
using kind = process_event_kind;

namespace {

struct fixture : supervised {
    build_options shell(std::string const& text,
                        on_newer_change newer = on_newer_change::cancel) const {
        return {.command = {"/bin/sh", "-c", "cd '" + dir.path.string() + "'; " + text},
                .when_files_change_again = newer};
    }
    build_step<testing::recording_restart> recording(build_options build) {
        return build_step{std::move(build), testing::recording_restart{}, listener()};
    }
    std::size_t ends() const { return count(kind::ended); }
};

template <class Step>
void restart(Step& it, std::vector<std::string> const& paths) {
    std::error_code error;
    BOOST_TEST((it.restart(changes(paths), error) == restart_result::restarted));
}

std::vector<std::string> paths_of(change_set const& of) {
    std::vector<std::string> paths;
    for (auto const& one : of) paths.push_back(one.path);
    return paths;
}

using names = std::vector<std::string>;

/// Notes the only path of the state given before each `restart`.
struct handing_restart {
    struct notes {
        std::vector<std::string> states;
        int refusals = 0; // of the next restarts
        snapshot const* given = nullptr;
    };
    std::shared_ptr<notes> of = std::make_shared<notes>();

    void hand_over(snapshot const& known) { of->given = &known; }
    bool inherit(snapshot&) { return false; }
    restart_result restart(change_set const&, std::error_code& error) {
        auto const* const known = std::exchange(of->given, nullptr);
        of->states.push_back(known ? std::string{known->path(0)} : "nothing");
        if (of->refusals-- <= 0) return restart_result::restarted;
        error = std::make_error_code(std::errc::argument_list_too_long);
        return restart_result::refused;
    }
};

snapshot state_with(std::string const& path) {
    snapshot_builder builder;
    builder.add(path, stat_record{.size = 5, .type = file_type::regular});
    return builder.finish();
}

// As by a reloader: the state may differ after the restart.
template <class Step>
void hand_over_and_restart(Step& it, std::string const& path) {
    auto state = state_with(path);
    it.hand_over(state);
    restart(it, {path});
    state = {};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(build_step_, fixture)

BOOST_AUTO_TEST_CASE(successful_build_precedes_the_restart) {
    auto it = recording(shell("tr '\\0' '\\n' <$RESTAT_CHANGES >told; sleep 0.1"));
    it.start(real::now());
    BOOST_TEST(!drive(
        it, [&] { return !it.then().seen().empty(); }, 100ms)); // nothing changed
    restart(it, {"a"});
    it.supervise(real::now());
    BOOST_TEST(it.then().seen().empty());
    BOOST_TEST(drive(it, [&] { return it.then().seen().size() == 1; }));
    BOOST_TEST(paths_of(it.then().seen().at(0)) == names{"a"});
    BOOST_TEST(dir.read("told") == "modified\ta\n");
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(refused_restart_is_retried_with_the_state_of_its_build) {
    build_step it{shell(":"), handing_restart{}};
    auto& notes = *it.then().of;
    notes.refusals = 2;
    it.start(real::now());
    hand_over_and_restart(it, "a");
    BOOST_TEST(drive(it, [&] { return notes.states.size() == 3; }));
    BOOST_TEST(notes.states == (names{"a", "a", "a"}), boost::test_tools::per_element());
    BOOST_TEST(finish(it));
}

// The next process must find the edits that this build does not cover.
BOOST_AUTO_TEST_CASE(restart_gets_no_state_newer_than_its_build) {
    build_step it{shell("echo >>begun; while [ ! -e go ]; do sleep 0.01; done; sleep 0.1",
                        on_newer_change::follow),
                  handing_restart{}};
    auto& notes = *it.then().of;
    it.start(real::now());
    hand_over_and_restart(it, "a");
    BOOST_TEST(drive(it, [&] { return dir.lines("begun") == 1; }));
    hand_over_and_restart(it, "b");
    dir.write("go", "");
    BOOST_TEST(drive(it, [&] { return notes.states.size() == 2; }));
    BOOST_TEST(notes.states == (names{"a", "b"}), boost::test_tools::per_element());
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(failed_build_is_repeated_with_the_state_of_the_later_change) {
    build_step it{shell("[ -e fixed ]"), handing_restart{},
                  [this](auto const& event) { events.push_back(event); }};
    auto& notes = *it.then().of;
    it.start(real::now());
    hand_over_and_restart(it, "a");
    BOOST_TEST(drive(it, [&] { return ends() == 1; }));
    dir.write("fixed", "");
    hand_over_and_restart(it, "b");
    BOOST_TEST(drive(it, [&] { return notes.states.size() == 1; }));
    BOOST_TEST(notes.states == names{"b"}, boost::test_tools::per_element());
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(failed_build_restarts_nothing_and_keeps_its_changes) {
    auto it = recording(shell("[ -e fixed ]"));
    it.start(real::now());
    restart(it, {"a"});
    BOOST_TEST(drive(it, [&] { return ends() == 1; }));
    auto const end = std::find_if(events.begin(), events.end(),
                                  [](auto const& e) { return e.kind == kind::ended; });
    BOOST_TEST(end->status.code == 1);
    BOOST_TEST(it.then().seen().empty());
    dir.write("fixed", "");
    restart(it, {"b"});
    BOOST_TEST(drive(it, [&] { return it.then().seen().size() == 1; }));
    BOOST_TEST((paths_of(it.then().seen().at(0)) == names{"a", "b"}));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(newer_change_cancels_the_build_and_one_build_covers_all_changes) {
    // The canceled build does not end by itself, even late in its work.
    auto it = recording(shell("trap 'echo end >>log; exit 0' TERM; [ -e go ] && go=now; "
                              "echo begin >>log; while [ ! $go ]; do sleep 0.02; done; "
                              "echo end >>log"));
    it.start(real::now());
    restart(it, {"a"});
    BOOST_TEST(drive(it, [&] { return dir.lines("log") == 1; }));
    dir.write("go", "");
    restart(it, {"b"});
    BOOST_TEST(drive(it, [&] { return it.then().seen().size() == 1; }));
    BOOST_TEST((paths_of(it.then().seen().at(0)) == names{"a", "b"}));
    BOOST_TEST(dir.read("log") ==
               "begin\nend\nbegin\nend\n"); // never two at once, although TERM ended with 0
    BOOST_TEST(finish(it));
    BOOST_TEST(it.then().seen().size() == 1U);
}

BOOST_AUTO_TEST_CASE(paths_changed_by_each_build_stop_canceling_builds) {
    auto build = shell("echo begin >>log; while [ ! -e go ]; do sleep 0.02; done");
    build.guard = loop_guard::off;
    auto it = recording(std::move(build));
    auto const begins = [&](std::size_t times) {
        return drive(it, [&] { return dir.lines("log") == times; });
    };
    it.start(real::now());
    restart(it, {"a"});
    BOOST_TEST(begins(1));
    restart(it, {"out"}); // possibly an edit
    BOOST_TEST(begins(2));
    restart(it, {"out"});
    BOOST_TEST(begins(3));
    restart(it, {"out"}); // the build writes it
    BOOST_TEST(!drive(
        it, [&] { return dir.lines("log") > 3; }, 300ms));
    restart(it, {"b", "out"}); // together with another path
    BOOST_TEST(begins(4));
    restart(it, {"out"});
    dir.write("go", "");
    BOOST_TEST(drive(it, [&] { return it.then().seen().size() == 1; }));
    BOOST_TEST((paths_of(it.then().seen().at(0)) == names{"a", "b", "out"}));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(build_that_writes_a_source_is_canceled_by_it_only_once) {
    auto it = recording(shell("echo begin >>log; while [ ! -e go ]; do sleep 0.02; done"));
    it.start(real::now());
    restart(it, {"a"});
    BOOST_TEST(drive(it, [&] { return dir.lines("log") == 1; }));
    restart(it, {"out"});
    BOOST_TEST(drive(it, [&] { return dir.lines("log") == 2; }));
    std::error_code error;
    BOOST_TEST((it.restart(changes({"out"}), error) == restart_result::suspended));
    BOOST_TEST(error == errc::restart_suspended);
    BOOST_TEST((it.suspended_until() > real::now()));
    dir.write("go", "");
    BOOST_TEST(drive(it, [&] { return it.then().seen().size() == 1; }));
    BOOST_TEST(dir.lines("log") == 2U);
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(follow_mode_runs_another_build_afterwards) {
    auto it = recording(shell("echo begin >>log; while [ ! -e go ]; do sleep 0.02; done; "
                              "echo end >>log",
                              on_newer_change::follow));
    it.start(real::now());
    restart(it, {"a"});
    BOOST_TEST(drive(it, [&] { return dir.lines("log") == 1; }));
    restart(it, {"b"});
    restart(it, {"c"});
    BOOST_TEST(!drive(
        it, [&] { return dir.lines("log") > 1; }, 100ms));
    dir.write("go", "");
    BOOST_TEST(drive(it, [&] { return it.then().seen().size() == 2; }));
    BOOST_TEST(paths_of(it.then().seen().at(0)) == names{"a"});
    BOOST_TEST((paths_of(it.then().seen().at(1)) == names{"b", "c"}));
    BOOST_TEST(dir.read("log") == "begin\nend\nbegin\nend\n");
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(refused_start_of_the_inner_strategy_is_retried) {
    int offered = 0;
    auto once_refused = [&](change_set const&, std::error_code& error) {
        if (++offered > 1) return restart_result::restarted;
        error = std::make_error_code(std::errc::text_file_busy);
        return restart_result::refused;
    };
    struct reluctant {
        std::function<restart_result(change_set const&, std::error_code&)> ask;
        restart_result restart(change_set const& changes, std::error_code& error) {
            return ask(changes, error);
        }
    };
    build_step it{shell(":"), reluctant{once_refused}};
    it.start(real::now());
    restart(it, {"a"});
    BOOST_TEST(drive(it, [&] { return offered == 2; }));
    BOOST_TEST(finish(it));
    BOOST_TEST(offered == 2);
}

BOOST_AUTO_TEST_CASE(old_program_runs_until_the_build_succeeds) {
    command_restart server{{.command = {"/bin/sh", "-c", "exec sleep 60"}}};
    build_step it{shell("echo x >>log; [ -e fixed ]"), std::move(server)};
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return it.then().pid() != 0; }));
    int const first = it.then().pid();
    restart(it, {"a"});
    BOOST_TEST(drive(it, [&] { return dir.lines("log") == 1; }));
    BOOST_TEST(!drive(
        it, [&] { return it.then().pid() != first; }, 200ms));
    dir.write("fixed", "");
    restart(it, {"b"});
    BOOST_TEST(drive(it, [&] { return it.then().pid() != first && it.then().pid() != 0; }));
    BOOST_TEST(!is_alive(first));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(stop_ends_the_build_and_the_program) {
    command_restart server{{.command = {"/bin/sh", "-c", "exec sleep 60"}}};
    build_step it{shell("echo $$ >log; exec sleep 60"), std::move(server)};
    it.start(real::now());
    restart(it, {"a"});
    BOOST_TEST(drive(it, [&] { return dir.lines("log") == 1 && it.then().pid() != 0; }));
    int const build = std::atoi(dir.read("log").c_str());
    int const program = it.then().pid();
    BOOST_TEST(it.descriptor() >= 0);
    BOOST_TEST(finish(it));
    BOOST_TEST(!is_alive(build));
    BOOST_TEST(!is_alive(program));
    BOOST_TEST(it.descriptor() == -1);
}

BOOST_AUTO_TEST_CASE(descriptor_is_readable_after_the_end_of_build_or_program) {
    command_restart server{{.command = {"/bin/sh", "-c", "exec sleep 60"}}};
    build_step it{shell("while [ ! -e go ]; do sleep 0.02; done"), std::move(server)};
    it.start(real::now());
    restart(it, {"a"});
    it.supervise(real::now());
    pollfd on{it.descriptor(), POLLIN, 0};
    BOOST_TEST(::poll(&on, 1, 50) == 0);
    dir.write("go", "");
    BOOST_TEST(::poll(&on, 1, 10'000) == 1);
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(invalid_build_command_is_refused) {
    BOOST_CHECK_THROW((build_step{build_options{}, testing::recording_restart{}}), reload_error);
}

BOOST_AUTO_TEST_SUITE_END()
