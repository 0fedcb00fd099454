#include <restat/clock/interruptible_clock.hpp>

#include <restat/error.hpp>

#include "clock/is_once_in_time.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

using namespace restat;
using namespace std::chrono_literals;

static_assert(waitable_clock<interruptible_clock>);
static_assert(descriptor_clock<interruptible_clock>);
static_assert(!std::copy_constructible<interruptible_clock>);

namespace {

struct pipe_ends {
    pipe_ends() { BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0); }
    ~pipe_ends() {
        ::close(ends[0]);
        ::close(ends[1]);
    }
    int ends[2];
};

// Runs an action on another thread during a wait. Returns the time between the action and the end
// of the wait.
template <class Deed>
std::chrono::nanoseconds waited_after(interruptible_clock& clock, time_point when, wake expected,
                                      Deed deed, std::stop_token stop = {}, int descriptor = -1) {
    time_point done;
    std::jthread doing{[&] {
        std::this_thread::sleep_for(20ms);
        done = clock.now();
        deed();
    }};
    auto const reason = clock.wait_until(when, stop, descriptor);
    auto const woke = clock.now();
    doing.join(); // before any check, and before reading the time of the action
    BOOST_TEST((reason == expected));
    return woke - done;
}

struct every_far_deadline {
    interruptible_clock clock;
    time_point const far[3] = {clock.now() + 1h, clock.now() + 24h * 365 * 200,
                               time_point::max()};
};

} // namespace

BOOST_AUTO_TEST_SUITE(interruptible_clocks)

BOOST_AUTO_TEST_CASE(time_agrees_with_the_system_clock) {
    interruptible_clock const clock;
    auto const before = std::chrono::steady_clock::now();
    auto const now = clock.now();
    BOOST_TEST((before <= now && now <= std::chrono::steady_clock::now()));
}

BOOST_AUTO_TEST_CASE(a_wait_ends_at_its_deadline_and_not_before) {
    interruptible_clock clock;
    for (auto const span : {0ns, 1ns, 999'999ns, 1'000'001ns, 20'000'000ns}) {
        auto const when = clock.now() + span;
        BOOST_TEST((clock.wait_until(when, {}) == wake::deadline));
        BOOST_TEST((clock.now() >= when));
    }
}

BOOST_AUTO_TEST_CASE(a_deadline_in_the_past_ends_the_wait_at_once) {
    interruptible_clock clock;
    for (auto const when : {clock.now() - 1h, time_point{}, time_point::min()}) {
        BOOST_TEST((clock.wait_until(when, {}) == wake::deadline));
    }
}

BOOST_AUTO_TEST_CASE(stopped_token_ends_the_wait_at_once) {
    interruptible_clock clock;
    std::stop_source source;
    source.request_stop();
    BOOST_TEST((clock.wait_until(time_point::max(), source.get_token()) == wake::stopped));
    BOOST_TEST((clock.wait_until(time_point::min(), source.get_token()) == wake::stopped));
}

BOOST_FIXTURE_TEST_CASE(a_stop_request_ends_a_wait_at_once, every_far_deadline) {
    for (auto const when : far) {
        bool const is_in_time = is_once_in_time([&] {
            std::stop_source source;
            auto const ask = [&] { source.request_stop(); };
            return waited_after(clock, when, wake::stopped, ask, source.get_token());
        });
        BOOST_TEST(is_in_time);
    }
}

BOOST_AUTO_TEST_CASE(a_stop_request_leaves_no_hint_behind) {
    interruptible_clock clock;
    std::stop_source source;
    source.request_stop();
    BOOST_TEST((clock.wait_until(clock.now() + 1h, source.get_token()) == wake::stopped));
    BOOST_TEST((clock.wait_until(clock.now(), {}) == wake::deadline));
}

BOOST_FIXTURE_TEST_CASE(interrupt_ends_the_current_wait, every_far_deadline) {
    for (auto const when : far) {
        bool const is_in_time = is_once_in_time(
            [&] { return waited_after(clock, when, wake::hint, [&] { clock.interrupt(); }); });
        BOOST_TEST(is_in_time);
    }
}

BOOST_AUTO_TEST_CASE(interrupt_before_a_wait_ends_only_the_next_wait) {
    interruptible_clock clock;
    clock.interrupt();
    clock.interrupt();
    BOOST_TEST((clock.wait_until(clock.now() + 1h, {}) == wake::hint));
    BOOST_TEST((clock.wait_until(clock.now(), {}) == wake::deadline));
}

BOOST_AUTO_TEST_CASE(interrupt_is_reported_after_the_deadline_too) {
    interruptible_clock clock;
    clock.interrupt();
    BOOST_TEST((clock.wait_until(time_point{}, {}) == wake::hint));
}

BOOST_AUTO_TEST_CASE(no_interrupt_is_lost_between_two_waits) {
    interruptible_clock clock;
    constexpr int count = 2000;
    std::atomic<int> sent = 0;
    std::atomic<int> seen = 0;
    std::jthread const sending{[&] {
        while (sent < count) {
            while (seen < sent) std::this_thread::yield();
            ++sent;
            clock.interrupt();
        }
    }};
    auto const limit = clock.now() + 5min;
    while (seen < count && clock.now() < limit) {
        // The deadline has passed, so many interrupts arrive just as a wait ends by itself.
        if (clock.wait_until(time_point{}, {}) == wake::hint) seen = sent.load();
    }
    BOOST_TEST(seen == count);
    seen = count;
    sent = count;
}

BOOST_AUTO_TEST_CASE(a_stop_request_outweighs_a_hint_and_a_deadline) {
    interruptible_clock clock;
    std::stop_source source;
    source.request_stop();
    clock.interrupt();
    BOOST_TEST((clock.wait_until(clock.now(), source.get_token()) == wake::stopped));
}

BOOST_AUTO_TEST_CASE(a_readable_descriptor_ends_the_wait_with_a_hint_until_it_is_read) {
    interruptible_clock clock;
    pipe_ends pipe;
    bool const is_in_time = is_once_in_time([&] {
        ssize_t written = 0;
        auto const write = [&] { written = ::write(pipe.ends[1], "x", 1); };
        auto const late =
            waited_after(clock, clock.now() + 1h, wake::hint, write, {}, pipe.ends[0]);
        BOOST_TEST(written == 1);
        BOOST_TEST((clock.wait_until(clock.now() + 1h, {}, pipe.ends[0]) == wake::hint));
        char byte = 0;
        BOOST_TEST(::read(pipe.ends[0], &byte, 1) == 1);
        BOOST_TEST((clock.wait_until(clock.now(), {}, pipe.ends[0]) == wake::deadline));
        return late;
    });
    BOOST_TEST(is_in_time);
}

BOOST_AUTO_TEST_CASE(interrupt_beside_a_readable_descriptor_ends_the_next_wait_too) {
    interruptible_clock clock;
    pipe_ends pipe;
    BOOST_REQUIRE(::write(pipe.ends[1], "x", 1) == 1);
    clock.interrupt();
    BOOST_TEST((clock.wait_until(clock.now() + 1h, {}, pipe.ends[0]) == wake::hint));
    char byte = 0;
    BOOST_TEST(::read(pipe.ends[0], &byte, 1) == 1); // the caller's reason
    BOOST_TEST((clock.wait_until(clock.now() + 1h, {}, pipe.ends[0]) == wake::hint));
    BOOST_TEST((clock.wait_until(clock.now(), {}, pipe.ends[0]) == wake::deadline));
}

BOOST_AUTO_TEST_CASE(descriptor_with_a_closed_peer_ends_the_wait) {
    interruptible_clock clock;
    pipe_ends pipe;
    ::close(std::exchange(pipe.ends[1], -1));
    BOOST_TEST((clock.wait_until(clock.now() + 1h, {}, pipe.ends[0]) == wake::hint));
}

BOOST_AUTO_TEST_CASE(signals_do_not_end_a_wait) {
    struct sigaction action {};
    struct sigaction before {};
    action.sa_handler = [](int) {};
    ::sigaction(SIGUSR1, &action, &before);
    interruptible_clock clock;
    auto const waiting = ::pthread_self();
    std::jthread bothering{[&](std::stop_token stop) {
        for (int i = 0; i < 20 && !stop.stop_requested(); ++i) {
            ::pthread_kill(waiting, SIGUSR1);
            std::this_thread::sleep_for(2ms);
        }
    }};
    auto const when = clock.now() + 30ms;
    BOOST_TEST((clock.wait_until(when, {}) == wake::deadline));
    BOOST_TEST((clock.now() >= when));
    bothering = {}; // joins the thread: a later signal would end the tests
    ::sigaction(SIGUSR1, &before, nullptr);
}

BOOST_AUTO_TEST_CASE(a_moved_clock_keeps_its_hint) {
    interruptible_clock from;
    from.interrupt();
    interruptible_clock to{std::move(from)};
    interruptible_clock last;
    last = std::move(to);
    BOOST_TEST((last.wait_until(last.now() + 1h, {}) == wake::hint));
}

BOOST_AUTO_TEST_CASE(descriptor_closes_with_its_owner_and_on_exec) {
    int const free = ::dup(0);
    ::close(free);
    {
        interruptible_clock clock;
        interruptible_clock const moved{std::move(clock)};
        BOOST_TEST(::fcntl(free, F_GETFD) == FD_CLOEXEC);
    }
    BOOST_TEST(::fcntl(free, F_GETFD) == -1);
}

// its companion thread needs a descriptor to inspect an exception's type
#ifndef __SANITIZE_ADDRESS__
BOOST_AUTO_TEST_CASE(construction_without_a_descriptor_fails_with_an_error) {
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit const none{0, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    std::exception_ptr failure;
    try {
        interruptible_clock const clock;
    } catch (...) {
        failure = std::current_exception();
    }
    ::setrlimit(RLIMIT_NOFILE, &before);
    BOOST_REQUIRE(failure);
    BOOST_CHECK_EXCEPTION(std::rethrow_exception(failure), reload_error, [](auto const& failed) {
        return failed.code() == std::errc::too_many_files_open;
    });
}
#endif

BOOST_AUTO_TEST_SUITE_END()
