#include <restat/restart/process_event.hpp>

#include <restat/restart/fork_restart.hpp>
#include <restat/testing/print.hpp>

#include "restart/real_process.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace restat::real;
using kind = process_event_kind;

namespace {

/// Runs a function to its end and returns the events.
template <class Function>
std::vector<process_event> events_of(Function run, fork_options options = {}) {
    std::vector<process_event> all;
    options.on_exit = after_exit::quit;
    fork_restart program{run, std::move(options),
                         [&](auto const& event) { all.push_back(event); }};
    program.start(now());
    BOOST_TEST(drive(program, [&] { return program.supervise(now()).done; }));
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(process_events)

BOOST_AUTO_TEST_CASE(end_of_a_program_is_an_event_with_its_status) {
    auto const all = events_of([] { return 7; });
    BOOST_REQUIRE(all.size() == 3U);
    BOOST_TEST(all[0].kind == kind::started);
    BOOST_TEST(all[0].generation == 1U);
    BOOST_TEST(all[0].pid > 0);
    BOOST_TEST(all[1].kind == kind::ended);
    BOOST_TEST(all[1].status == exit_status{7});
    BOOST_TEST(!all[1].error);
    BOOST_TEST(all[2].kind == kind::gone);
    BOOST_TEST(all[2].step == stop_step::none);
}

BOOST_AUTO_TEST_CASE(signal_of_a_program_is_in_its_status) {
    auto const all = events_of([] { ::raise(SIGKILL); });
    BOOST_REQUIRE(all.size() == 3U);
    BOOST_TEST(all[1].status == (exit_status{0, SIGKILL}));
}

BOOST_AUTO_TEST_CASE(stop_is_reported_with_the_step_that_it_took) {
    std::vector<process_event> all;
    fork_restart program{[] { ::pause(); }, {}, [&](auto const& event) { all.push_back(event); }};
    program.start(now());
    BOOST_TEST(drive(program, [&] { return program.pid() != 0; }));
    BOOST_TEST(finish(program));
    BOOST_TEST(std::any_of(all.begin(), all.end(),
                           [](auto const& of) { return of.kind == kind::signalled; }));
    BOOST_TEST(all.back().kind == kind::gone);
    BOOST_TEST(all.back().step == stop_step::signal);
}

BOOST_AUTO_TEST_CASE(new_event_says_nothing) {
    process_event const empty;
    BOOST_TEST(empty.pid == 0);
    BOOST_TEST(empty.status == exit_status{});
    BOOST_TEST(!empty.error);
    BOOST_TEST(empty.members.empty());
    BOOST_TEST(!empty.interrupted);
}

BOOST_AUTO_TEST_SUITE_END()
