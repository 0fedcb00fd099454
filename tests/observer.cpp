#include <restat/observer.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/recording_restart.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace restat;
using namespace std::chrono_literals;
using testing::memory_file_system;

namespace {

/// Logs a word for each event.
struct ears final : observer {
    std::vector<std::string> heard;
    detection_latency latency{};
    scan_span span{};

    void on_schedule(schedule const&) noexcept override { heard.push_back("schedule"); }
    void on_scan(snapshot const&, scan_span when) noexcept override {
        heard.push_back("scan");
        span = when;
    }
    void on_latency(detection_latency const& of) noexcept override { latency = of; }
    void on_baseline(snapshot const&) noexcept override { heard.push_back("baseline"); }
    void on_finding(finding const&) noexcept override { heard.push_back("finding"); }
    void on_delivering(change_set const&) noexcept override { heard.push_back("delivering"); }
    void on_delivered(change_set const&, restart_result, std::error_code,
                      time_point) noexcept override {
        heard.push_back("delivered");
    }

    std::vector<std::string> take() { return std::exchange(heard, {}); }
};

using walk = basic_tree_enumerator<memory_file_system>;

struct all {
    verdict operator()(candidate const&) const noexcept { return verdict::none; }
};

using words = std::vector<std::string>;

struct stage {
    testing::manual_clock clock;
    memory_file_system files;
    ears listener;
    basic_reloader<walk, all, testing::manual_clock, testing::recording_restart> reloader{
        walk{"t", {}, files}, {}, clock, testing::recording_restart{}};

    stage() {
        files.follow(clock);
        files.write("t/a");
        clock.advance(1s);
        reloader.observe(&listener);
    }
    void poll_after(std::chrono::milliseconds pause) {
        clock.advance(pause);
        reloader.poll();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(observers, stage)

BOOST_AUTO_TEST_CASE(functions_that_are_not_overridden_do_nothing) {
    observer silent;
    reloader.observe(&silent);
    reloader.baseline();
    files.write("t/a", "changed");
    poll_after(1s);
    poll_after(1s);
    BOOST_TEST(reloader.strategy().seen().size() == 1U);
}

BOOST_AUTO_TEST_CASE(schedule_comes_first_then_the_scan_and_its_baseline) {
    reloader.baseline();
    BOOST_TEST(listener.take() == (words{"schedule", "scan", "baseline"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(delivery_is_announced_before_its_result) {
    reloader.baseline();
    files.write("t/a", "changed");
    poll_after(1s);
    listener.take();
    poll_after(1s);
    BOOST_TEST(listener.take() == (words{"scan", "delivering", "delivered"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(finding_is_repeated_only_after_a_success) {
    reloader.baseline();
    listener.take();
    auto const count = [&] {
        auto const heard = listener.take();
        return std::count(heard.begin(), heard.end(), "finding");
    };
    files.fail_at("t/a", testing::file_call::stat, std::errc::io_error);
    poll_after(1s);
    BOOST_TEST(count() == 1);
    poll_after(1s);
    BOOST_TEST(count() == 0);
    files.heal();
    poll_after(1s);
    files.fail_at("t/a", testing::file_call::stat, std::errc::io_error);
    poll_after(1s);
    BOOST_TEST(count() == 1);
}

BOOST_AUTO_TEST_CASE(latency_of_a_fast_scan_is_the_interval_and_the_quiet_period) {
    reloader.baseline();
    poll_after(1s);
    BOOST_TEST((listener.latency.recent <= listener.latency.elsewhere));
    BOOST_TEST((listener.latency.elsewhere >= 1s));
}

BOOST_AUTO_TEST_CASE(span_of_a_scan_has_its_length) {
    scan_span const span{time_point{1s}, time_point{3s}};
    BOOST_TEST((span.took() == 2s));
    BOOST_TEST((span.since == span.began));
}

BOOST_AUTO_TEST_SUITE_END()
