// Steps of the wall clock and a suspended machine: the snapshot stays valid, edits are delivered
// without extra delay, and no wait has a distant deadline.

#include "detection/script.hpp"
#include "support/watched_in_memory.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using testing::memory_file_system;

namespace {

struct stage {
    explicit stage(detection::stamping const& stamps)
        : files{stamps.granularity, stamps.tick}
        , longest_step{std::max({stamps.granularity, stamps.tick, nanoseconds{4ms}})} {
        files.follow(clock);
        for (int i = 0; i < 20; ++i) files.write("t/d/" + std::to_string(i), "0");
        clock.advance(3s);
        while (reloader.poll().state == poll_state::starting) clock.advance(5ms);
    }

    void shift(nanoseconds by) const {
        auto const now = files.now();
        files.set_time(std::chrono::seconds{now.seconds} + nanoseconds{now.nanoseconds} + by);
    }
    /// Returns the time from an edit to its delivery, and requires no other change.
    nanoseconds time_of_edit(std::string const& content) {
        auto const began = clock.now();
        files.write("t/d/7", content);
        for (;;) {
            auto const [state, next] = reloader.poll();
            if (state == poll_state::delivered || clock.now() > began + 1h) break;
            clock.advance(std::max<nanoseconds>(next - clock.now(), 1ns));
        }
        auto const told = reloader.strategy().take();
        BOOST_TEST(told.size() == 1U);
        if (told.size() == 1) BOOST_TEST((told[0].size() == 1 && told[0].contains("t/d/7")));
        return clock.now() - began;
    }
    /// Requires 20 polls without a change.
    void expect_quiet() {
        for (int i = 0; i < 20; ++i) {
            auto const [state, next] = reloader.poll();
            BOOST_TEST((state == poll_state::unchanged));
            BOOST_TEST((next <= clock.now() + 1s));
            clock.advance(next - clock.now());
        }
        BOOST_TEST(reloader.strategy().seen().empty());
    }

    memory_file_system files;
    nanoseconds longest_step;
    testing::manual_clock clock;
    testing::reloader_in_memory reloader = testing::watch_in_memory(files, clock, 250ms);
};

constexpr nanoseconds shifts[] = {-1ns, -3ms, -1s, -2s, -30min, -24h, -24h * 365 * 20,
                                  3ms,  1s,   2s,  5s,  30min,  24h,  24h * 365 * 20};

} // namespace

BOOST_AUTO_TEST_SUITE(clocks)

BOOST_AUTO_TEST_CASE(set_wall_clock_causes_no_burst_and_no_stall) {
    for (auto const& stamps : detection::every_stamping) {
        for (nanoseconds const by : shifts) {
            BOOST_TEST_CONTEXT(stamps.like << ", set by " << by.count() << " ns") {
                stage s{stamps};
                s.shift(by);
                s.expect_quiet();
                // At worst the timestamps are not final, or the edit has the same timestamp as the
                // previous content.
                auto const longest = 75ms + 2 * s.longest_step + 10ms;
                for (int i = 1; i <= 3; ++i) {
                    auto const took = s.time_of_edit(std::to_string(i) + "0");
                    BOOST_TEST((took <= longest), took.count());
                }
                s.expect_quiet();
            }
        }
    }
}

// A sleep of the machine may show on both clocks or on neither.
BOOST_AUTO_TEST_CASE(suspended_machine_polls_immediately_after_resume) {
    stage s{detection::every_stamping.front()};
    s.expect_quiet();
    s.files.write("t/d/7", "in the night");
    s.clock.advance(8h); // the next polls do not make up for missed polls
    int looks = 0;
    auto const woke = s.clock.now();
    for (;; ++looks) {
        auto const [state, next] = s.reloader.poll();
        if (state == poll_state::delivered) break;
        s.clock.advance(std::max<nanoseconds>(next - s.clock.now(), 1ns));
    }
    BOOST_TEST((s.clock.now() <= woke + 90ms));
    BOOST_TEST(looks <= 3);
    s.reloader.strategy().take();
    s.expect_quiet();
}

BOOST_AUTO_TEST_CASE(wall_clock_behind_the_timestamps_of_files_leaves_the_baseline_final) {
    stage s{detection::every_stamping.front()};
    s.files.write("t/d/8", "from the future");
    s.shift(-24h);
    memory_file_system const files = s.files;
    basic_reloader late{basic_tree_enumerator<memory_file_system>{"t", {}, files},
                        [](candidate const&) noexcept { return verdict::none; }, s.clock,
                        testing::recording_restart{}};
    BOOST_TEST((late.poll().state == poll_state::unchanged)); // the immediate baseline
    BOOST_TEST(late.latest().is_final());
}

BOOST_AUTO_TEST_SUITE_END()
