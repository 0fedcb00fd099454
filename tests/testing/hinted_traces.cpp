#include <restat/testing/replay_trace.hpp>

#include "support/hinted_stage.hpp"

#include <restat/testing/trace_recorder.hpp>

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

// Traces of a reloader with the hints of events.
using namespace restat;
using namespace std::chrono_literals;
using namespace tests;

namespace {

/// Records a run of ten seconds, with edits of all kinds. Some have no event.
struct recorded_run : hinted_stage<scripted_clock> {
    explicit recorded_run(unsigned seed, bool is_whole) : hinted_stage{{.interval = 3s}} {
        reloader.observe(&recorder);
        events->open();
        events->coverage = {.directories = directories, .watched = is_whole ? directories : 1U};
        begin();
        std::mt19937 dice{seed};
        for (int i = 0; i < 60; ++i) {
            auto const when = std::chrono::milliseconds{dice() % 9000};
            auto const where = directory(static_cast<int>(dice() % directories));
            auto const kind = static_cast<unsigned>(dice() % 6);
            at(when, [=, this] { act(kind, where); });
        }
        run_until(12s);
        reloader.observe(nullptr);
    }
    void act(unsigned kind, std::string const& where) {
        switch (kind) {
        case 0: edit(where + "/a"); return; // without an event
        case 1: files.write(where + "/new"), events->list(where); return;
        case 2: events->check(where + "/b"); return;
        case 3: edit(where + "/c"), events->lose(); return;
        default: edit(where + "/a"), events->check(where + "/a");
        }
    }

    std::string trace;
    testing::trace_recorder recorder{[this](std::string_view line) { trace += line; }};
};

std::string paths_of(change_set const& changes) {
    std::string paths;
    for (change const& one : changes) paths += one.path + ' ';
    return paths;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hinted_traces)

BOOST_AUTO_TEST_CASE(trace_with_hints_replays_to_the_same_deliveries) {
    std::size_t deliveries = 0;
    for (unsigned seed = 1; seed <= 20; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            recorded_run const run{seed, seed % 2 == 0};
            auto const replayed = testing::replay_trace(run.trace);
            BOOST_TEST(replayed.difference == "");
            BOOST_TEST_REQUIRE(replayed.deliveries.size() == run.deliveries.size());
            for (std::size_t i = 0; i < run.deliveries.size(); ++i) {
                BOOST_TEST(paths_of(replayed.deliveries[i]) == run.deliveries[i].paths);
            }
            deliveries += run.deliveries.size();
        }
    }
    BOOST_TEST(deliveries > 100U);
}

BOOST_AUTO_TEST_CASE(trace_has_the_hints_and_the_coverage) {
    std::string trace;
    testing::trace_recorder recorder{[&](std::string_view line) { trace += line; }};
    hint_list hints;
    hints.check_file("t/1/a");
    hints.check_file("t/\xff");
    hints.list("t/2");
    recorder.on_hints(hints);
    hints.lost();
    recorder.on_hints(hints);
    recorder.on_coverage({.directories = 4, .watched = 3});
    recorder.on_coverage({.directories = 4,
                          .watched = 1,
                          .partly = 2,
                          .refused = 1,
                          .why = std::make_error_code(std::errc::no_space_on_device)});
    auto const error = trace.find(R"(,"error")");
    BOOST_TEST(trace.substr(0, error) ==
               R"({"n":1,"hinted":{"files":["t/1/a",{"path_base64":"dC//"}],)"
               R"("directories":["t/2"]}})"
               "\n"
               R"({"n":2,"hinted":{"lost":true}})"
               "\n"
               R"({"n":3,"covered":{"directories":4,"watched":3}})"
               "\n"
               R"({"n":4,"covered":{"directories":4,"watched":1,"partly":2,"refused":1)");
    BOOST_TEST(error != std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_hint_is_recorded_before_its_scan) {
    recorded_run const run{3, true};
    auto const hinted = run.trace.find(R"("hinted":{"files":["t/)");
    BOOST_TEST_REQUIRE(hinted != std::string::npos);
    BOOST_TEST(run.trace.find(R"("scan":)", hinted) != std::string::npos);
    BOOST_TEST(run.trace.find(R"("covered":{"directories":40,"watched":40})") <
               run.trace.find(R"("delivering")"));
}

BOOST_AUTO_TEST_SUITE_END()
