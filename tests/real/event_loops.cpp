// The loop of a host on epoll that waits for the descriptor of a reloader: no timer, no thread.
#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/testing/recording_restart.hpp>
#include <restat/testing/temp_tree.hpp>

#include "platform/files/wait.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

using namespace restat;
using namespace std::chrono_literals;

namespace {

verdict all_files(candidate const&) noexcept { return verdict::none; }

std::chrono::nanoseconds processor_time() {
    timespec spent{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return std::chrono::seconds{spent.tv_sec} + std::chrono::nanoseconds{spent.tv_nsec};
}

struct watched_directory {
    watched_directory() {
        tree.write("a");
        tree.write("b/c");
    }
    testing::temp_tree tree;
};

/// A host whose loop waits for the descriptor alone.
class epoll_host : public watched_directory {
public:
    epoll_host(event_use events, schedule when)
        : reloader_{tree_enumerator{tree.path(), {.events = events}}, &all_files,
                    interruptible_clock{}, told_, when} {
        epoll_event event{};
        event.events = EPOLLIN;
        BOOST_TEST_REQUIRE(::epoll_ctl(epoll_, EPOLL_CTL_ADD, reloader_.descriptor(), &event) ==
                           0);
        serve(30s, [this] { return reloader_.has_baseline(); });
        BOOST_TEST_REQUIRE(reloader_.has_baseline());
        wakes = 0;
    }
    ~epoll_host() { ::close(epoll_); }

    /// Serves wake-ups until a change is delivered. Returns the changed paths.
    std::string delivery() {
        serve(30s, [this] { return !told_.seen().empty(); });
        std::string paths;
        for (auto const& set : told_.take()) {
            for (change const& one : set) paths += one.path.substr(tree.path().size()) + ' ';
        }
        return paths;
    }
    void serve(std::chrono::nanoseconds limit) {
        serve(limit, [] { return false; });
    }

    int wakes = 0;

private:
    template <class Done>
    void serve(std::chrono::nanoseconds limit, Done done) {
        auto const end = detail::monotonic_now() + limit;
        while (!done()) {
            auto const left = end - detail::monotonic_now();
            if (left <= 0ns) return;
            auto const most = std::chrono::ceil<std::chrono::milliseconds>(left).count();
            epoll_event event{};
            if (::epoll_wait(epoll_, &event, 1, static_cast<int>(most)) <= 0) continue;
            ++wakes;
            reloader_.poll();
        }
    }

    int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    testing::recording_restart told_;
    basic_reloader<tree_enumerator, verdict (*)(candidate const&) noexcept, interruptible_clock,
                   testing::recording_restart>
        reloader_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(event_loops)

BOOST_AUTO_TEST_CASE(loop_without_a_timer_sees_each_edit) {
    for (auto const watch : {event_use::off, event_use::automatic}) {
        epoll_host host{watch, {.interval = 20ms, .quiet_period = 5ms}};
        for (int n = 1; n <= 3; ++n) {
            host.tree.write("b/c", std::string(static_cast<std::size_t>(n) + 1, 'x'));
            BOOST_TEST(host.delivery() == "/b/c ");
        }
        host.tree.write("new");
        host.tree.remove("a");
        BOOST_TEST(host.delivery() == "/a /new ");
    }
}

// With an interval of an hour, only the event can wake the loop.
BOOST_AUTO_TEST_CASE(event_of_the_kernel_wakes_the_loop) {
    epoll_host host{event_use::automatic, {.interval = 1h, .quiet_period = 5ms}};
    host.tree.write("b/c", "more");
    BOOST_TEST(host.delivery() == "/b/c ");
    BOOST_TEST(host.wakes <= 100);
}

BOOST_AUTO_TEST_CASE(idle_loop_wakes_once_per_interval) {
    for (auto const watch : {event_use::off, event_use::automatic}) {
        epoll_host host{watch, {.interval = 50ms}};
        host.serve(50ms); // the first scan after the baseline
        host.wakes = 0;
        auto const before = processor_time();
        host.serve(500ms);
        BOOST_TEST(host.wakes <= 20); // 10, and a few checks after late events
        BOOST_TEST((processor_time() - before < 250ms));
    }
}

BOOST_AUTO_TEST_SUITE_END()
