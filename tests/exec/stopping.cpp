#include "restart/real_process.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/restart/callback_restart.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>

using namespace restat;
using namespace restat::real;

// Scans the whole machine, slowly, with real threads and the real clock.
namespace {

// Accepts every path, as slowly as a remote disk, and reports whether a scan is in progress.
struct counting {
    std::atomic<std::size_t>* asked;

    verdict operator()(candidate const&) const noexcept {
        ++*asked;
        std::this_thread::sleep_for(100us);
        return verdict::none;
    }
};

struct look_at_everything {
    std::atomic<std::size_t> asked = 0;
    basic_reloader<tree_enumerator, counting, interruptible_clock,
                   callback_restart<void (*)(change_set const&)>>
        reloader{tree_enumerator{"/"}, counting{&asked}, interruptible_clock{},
                 callback_restart{+[](change_set const&) {}}, schedule{.interval = 1h}};

    bool is_in_the_midst() const {
        return wait_for([&] { return asked > 100; });
    }
};

// The promise is 200 ms; a busy machine gets more time.
constexpr std::chrono::seconds at_once{15};

template <class Act>
bool is_at_once(Act act) {
    auto const before = now();
    act();
    auto const took = now() - before;
    BOOST_TEST_MESSAGE("took " << took / 1us << " us");
    return took < at_once;
}

} // namespace

BOOST_AUTO_TEST_SUITE(stopping)

BOOST_FIXTURE_TEST_CASE(stop_from_another_thread_ends_a_scan, look_at_everything) {
    std::jthread runner{[&] { reloader.run(); }};
    BOOST_REQUIRE(is_in_the_midst());
    BOOST_TEST(is_at_once([&] {
        reloader.stop();
        reloader.stop();
        runner.join();
    }));
    BOOST_TEST(!reloader.has_baseline()); // the scan was incomplete
}

BOOST_FIXTURE_TEST_CASE(stop_token_and_thread_end_also_end_a_scan, look_at_everything) {
    BOOST_TEST(is_at_once([&] {
        std::jthread const runner{[&](std::stop_token stop) { reloader.run(stop); }};
        BOOST_TEST(is_in_the_midst());
    }));
    BOOST_TEST(!reloader.has_baseline());
}

BOOST_AUTO_TEST_CASE(reloader_destroyed_during_a_scan_stops_first) {
    BOOST_TEST(is_at_once([&] {
        look_at_everything watched;
        std::jthread const runner{[&](std::stop_token stop) { watched.reloader.run(stop); }};
        BOOST_TEST(watched.is_in_the_midst());
    }));
}

BOOST_FIXTURE_TEST_CASE(stopped_scan_starts_again, look_at_everything) {
    for (int times = 0; times < 3; ++times) {
        asked = 0;
        std::jthread const runner{[&](std::stop_token stop) { reloader.run(stop); }};
        BOOST_TEST(is_in_the_midst());
    }
    BOOST_TEST(!reloader.has_baseline());
}

// Stops twice from inside a callback, and from other threads at the same time.
BOOST_FIXTURE_TEST_CASE(stop_from_a_callback_and_from_other_threads, directory) {
    for (int times = 0; times < 20; ++times) {
        write("config", std::to_string(times));
        std::atomic<int> delivered = 0;
        std::atomic<bool> runs = true;
        void (*stop)(void*) = nullptr;
        void* of = nullptr;
        auto const act = [&](change_set const&) {
            ++delivered;
            stop(of);
            stop(of);
        };
        basic_reloader reloader{tree_enumerator{path.string()},
                                [](candidate const&) noexcept { return verdict::none; },
                                interruptible_clock{}, callback_restart{act},
                                schedule{.interval = 1ms, .quiet_period = 0ms}};
        of = &reloader;
        stop = [](void* which) { static_cast<decltype(reloader)*>(which)->stop(); };
        reloader.baseline();
        std::jthread const runner{[&] {
            reloader.run();
            runs = false;
        }};
        std::jthread const editor{[&] { write("config", "edited " + std::to_string(times)); }};
        if (times % 2 == 1) {
            std::jthread const one{[&] { reloader.stop(); }};
            std::jthread const two{[&] { reloader.stop(); }};
        }
        BOOST_TEST(wait_for([&] { return !runs; }, 30s));
        BOOST_TEST(delivered <= 1);
        if (times % 2 == 0) BOOST_TEST(delivered == 1);
    }
}

BOOST_AUTO_TEST_SUITE_END()
