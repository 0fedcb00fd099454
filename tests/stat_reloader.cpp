#include <restat/stat_reloader.hpp>

#include <boost/test/unit_test.hpp>

#include <restat/testing/temp_tree.hpp>

#include <algorithm>
#include <thread>

using namespace std::chrono_literals;
using restat::stat_reloader;

static_assert(restat::descriptor_clock<restat::interruptible_clock>);
static_assert(restat::handing_strategy<restat::exec_restart>);

// The test of a rebuilt program is in examples/run_tests.cpp.
BOOST_AUTO_TEST_SUITE(stat_reloaders)

BOOST_AUTO_TEST_CASE(program_and_tracked_files_are_watched_except_ignored_files) {
    restat::testing::temp_tree const files;
    files.write("config.toml");
    files.write("dir/rules");
    files.write("dir/rules~");
    files.write("dir/secret/rules");
    stat_reloader reloader{{.track = {files / "config.toml", files / "dir"},
                            .ignore_patterns = {"*~"},
                            .ignore_dirs = {"secret"},
                            .interval = 5s}};
    reloader.baseline();
    auto const& seen = reloader.latest();
    BOOST_TEST(seen.contains(files / "config.toml"));
    BOOST_TEST(seen.contains(files / "dir/rules"));
    BOOST_TEST(!seen.contains(files / "dir/rules~"));
    BOOST_TEST(!seen.contains(files / "dir/secret/rules"));
    auto const count = [&](std::string_view part) {
        return std::count_if(seen.begin(), seen.end(), [&](restat::entry const& e) {
            return e.path.str().find(part) != std::string::npos;
        });
    };
    BOOST_TEST(count("core_tests") == 1);
    BOOST_TEST(count("libstdc++") == 1);
}

BOOST_AUTO_TEST_CASE(malformed_pattern_is_refused_by_the_constructor) {
    restat::options bad;
    bad.ignore_patterns = {restat::regex("(")};
    BOOST_CHECK_THROW(stat_reloader{bad}, restat::pattern_error);
}

BOOST_AUTO_TEST_CASE(default_interval_is_a_second) {
    stat_reloader reloader;
    reloader.baseline();
    auto const before = reloader.clock().now();
    auto const next = reloader.poll().next;
    auto const after = reloader.clock().now();
    BOOST_TEST((before + 1s <= next && next <= after + 1s));
}

BOOST_AUTO_TEST_CASE(guard_and_stop_end_a_wait_of_an_hour) {
    stat_reloader reloader{{.interval = 1h}};
    auto const before = reloader.clock().now();
    {
        restat::reloader_guard const watching{reloader};
        std::this_thread::sleep_for(20ms);
        BOOST_TEST((watching.failure() == nullptr));
    }
    std::jthread running{[&](std::stop_token stop) { reloader.run(stop); }};
    std::this_thread::sleep_for(20ms);
    reloader.stop();
    running.join();
    BOOST_TEST((reloader.clock().now() - before < 20s)); // not an hour
}

BOOST_AUTO_TEST_SUITE_END()
