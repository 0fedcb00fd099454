// What a reloader did while a random script happened to its tree is written down, and lived
// through again: the same is decided at the same times.

#include "detection/world.hpp"

#include <restat/testing/replay_trace.hpp>
#include <restat/testing/trace_recorder.hpp>

#include <boost/test/unit_test.hpp>

using namespace detection;
using namespace restat;

namespace {

std::string told(change_set const& changes) {
    std::string text = "at " + std::to_string(changes[0].why.told.time_since_epoch().count());
    for (change const& one : changes) {
        text += ", " + std::string{to_string(one.kind)} + " " + one.path + " " +
                std::to_string(static_cast<unsigned>(one.differing));
    }
    return text;
}

/// Keeps what is delivered beside the trace of it.
struct witness : testing::trace_recorder {
    witness() : trace_recorder{[this](std::string_view line) { trace += line; }} {}
    void delivering(change_set const& changes) noexcept override {
        delivered.push_back(told(changes));
        trace_recorder::delivering(changes);
    }
    std::string trace;
    std::vector<std::string> delivered;
};

} // namespace

BOOST_AUTO_TEST_SUITE(replays)

BOOST_AUTO_TEST_CASE(come_to_the_same_decisions_at_the_same_times) {
    std::size_t deliveries = 0;
    std::size_t scans = 0;
    for (unsigned seed = 1; seed <= 80; ++seed) {
        auto const& stamps = every_stamping[seed % every_stamping.size()];
        witness seen;
        auto parts = right_parts();
        parts.tell = &seen;
        run(make_script(seed, 120), stamps, parts);
        BOOST_REQUIRE(seen.is_whole());
        auto const again = testing::replay_trace(seen.trace);
        BOOST_TEST_CONTEXT("seed " << seed << ", " << stamps.like) {
            BOOST_TEST(again.difference == "");
            std::vector<std::string> delivered;
            for (auto const& changes : again.deliveries) delivered.push_back(told(changes));
            BOOST_TEST(delivered == seen.delivered, boost::test_tools::per_element());
        }
        deliveries += again.deliveries.size();
        scans += again.scans;
    }
    BOOST_TEST(deliveries > 300U);
    BOOST_TEST_MESSAGE(scans << " scans and " << deliveries << " deliveries lived through again");
}

BOOST_AUTO_TEST_SUITE_END()
