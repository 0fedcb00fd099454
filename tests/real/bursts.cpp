// Bursts of changes: a single delivery after the burst, or a delivery every `max_wait` if the
// burst never ends.

#include "real/mounts.hpp"
#include "real/watching.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace real;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

void put(std::string const& path, std::string_view content) {
    std::ofstream{path, std::ios::binary} << content;
}

restat::schedule patient() { return {.quiet_period = 20ms, .max_wait = 10min}; }

/// Returns the number of delivered changes, and requires a single delivery of this kind.
std::size_t told_at_once(watching& by, restat::change_kind kind) {
    by.settle_more();
    auto const sets = by.take_sets();
    BOOST_REQUIRE(sets.size() == 1U);
    BOOST_TEST(std::count_if(sets[0].begin(), sets[0].end(), [&](restat::change const& c) {
                   return c.kind == kind;
               }) == static_cast<std::ptrdiff_t>(sets[0].size()));
    return sets[0].size();
}

/// Rewrites a file every 20 ms while this object lives.
class writer {
public:
    explicit writer(std::string const& path)
        : thread_{[this, path] {
            for (int i = 1000; !ends_; ++i) {
                put(path, std::to_string(i)); // of constant size
                restat::sleep_clock{}.wait_until(restat::sleep_clock{}.now() + 20ms, {});
            }
        }} {}
    writer(writer const&) = delete;
    ~writer() {
        ends_ = true;
        thread_.join();
    }

private:
    std::atomic<bool> ends_ = false;
    std::thread thread_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(bursts)

BOOST_DATA_TEST_CASE(burst_is_a_single_delivery, data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    watching watched{at.path(), patient()};
    std::filesystem::create_directory(at.path() + "/d");
    for (int i = 0; i < 2000; ++i) {
        put(at.path() + "/d/" + std::to_string(i), "x");
        if (i % 500 == 0) watched.poll();
    }
    BOOST_TEST(told_at_once(watched, restat::change_kind::added) == 2000U);
    std::filesystem::remove_all(at.path() + "/d");
    BOOST_TEST(told_at_once(watched, restat::change_kind::removed) == 2000U);
}

BOOST_AUTO_TEST_CASE(burst_of_fifty_thousand_files_is_a_single_delivery) {
    mounted const in_memory{{"tmpfs", "mount -t tmpfs tmpfs $at", 1}};
    mounted const otherwise{every_mount.front()};
    auto const& at = in_memory.reason().empty() ? in_memory : otherwise;
    watching watched{at.path(), patient()};
    for (int i = 0; i < 50'000; ++i) {
        auto const directory = at.path() + "/d/" + std::to_string(i / 500);
        if (i % 500 == 0) std::filesystem::create_directories(directory);
        put(directory + "/" + std::to_string(i), "x");
        if (i % 5000 == 0) watched.poll(); // each poll finds more files
    }
    BOOST_TEST(told_at_once(watched, restat::change_kind::added) == 50'000U);
    std::filesystem::rename(at.path() + "/d", at.path() + "/e");
    BOOST_TEST(told_at_once(watched, restat::change_kind::renamed) == 50'000U);
    std::filesystem::remove_all(at.path() + "/e");
    BOOST_TEST(told_at_once(watched, restat::change_kind::removed) == 50'000U);
}

// With timestamps in whole seconds, no record of such a file is ever final. The change is then
// delivered after `max_wait` and two seconds.
BOOST_DATA_TEST_CASE(endless_burst_is_delivered_repeatedly, data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    put(at.path() + "/a", "0000");
    watching watched{at.path(), {.interval = 10ms, .quiet_period = 10s, .max_wait = 200ms}};
    std::size_t deliveries = 0;
    {
        writer const always{at.path() + "/a"};
        restat::sleep_clock clock;
        auto const end = clock.now() + 60s;
        while (deliveries < 3 && clock.now() < end) {
            auto const [state, next] = watched.poll();
            if (state != restat::poll_state::delivered) clock.wait_until(next, {});
            deliveries = watched.deliveries();
        }
    }
    BOOST_TEST(deliveries == 3U);
    watched.take_sets();
    put(at.path() + "/a", "the end");
    BOOST_TEST((watched.settle() == lines{"modified a"}));
    BOOST_TEST(watched.believed()[0].record.size == 7U);
}

BOOST_AUTO_TEST_SUITE_END()
