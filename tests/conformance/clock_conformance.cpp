#include "conformance/report.hpp"

#include "platform/files/descriptor.hpp"

#include <restat/clock/forwarding_clock.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/clock/sleep_clock.hpp>
#include <restat/testing/archetypes.hpp>
#include <restat/testing/manual_clock.hpp>

#include <sys/epoll.h>

using namespace restat;
using namespace restat::testing;
using namespace std::chrono_literals;

namespace {

// A real clock with optional faults.
struct toy_clock {
    time_point now() noexcept { return real.now() - (backwards ? 1h * ++calls : 0h); }
    wake wait_until(time_point when, std::stop_token stop) {
        if (stop.stop_requested() && stops_before) return wake::stopped;
        if (says_stopped) return wake::stopped;
        if (early && when != time_point::min()) return wake::deadline;
        if (blocks && when < now()) real.wait_until(now() + 250ms, {});
        auto const reason = real.wait_until(when, stops_during ? stop : std::stop_token{});
        if (late && reason == wake::stopped) real.wait_until(now() + 250ms, {});
        return reason;
    }
    wake wait_until(time_point, std::stop_token, int) { return wake::deadline; }

    sleep_clock real{};
    bool backwards = false;
    bool early = false;
    bool says_stopped = false;
    bool blocks = false;
    bool stops_before = true;
    bool stops_during = true;
    bool late = false;
    int calls = 0;
};

// A real clock with its own measurement of work.
struct toy_work_clock : toy_clock {
    time_point work_now() noexcept { return time_point{} + ++works * step; }

    std::chrono::nanoseconds step{};
    int works = 0;
};

// As the README advises for a clock with hints: its own descriptor and the strategy's in one.
class epoll_clock : public forwarding_clock<interruptible_clock> {
public:
    wake wait_until(time_point when, std::stop_token stop) {
        return of().wait_until(when, std::move(stop), both_.get());
    }
    wake wait_until(time_point when, std::stop_token stop, int descriptor) {
        epoll_event event{};
        event.events = EPOLLIN;
        ::epoll_ctl(both_.get(), EPOLL_CTL_ADD, descriptor, &event);
        auto const reason = wait_until(when, std::move(stop));
        ::epoll_ctl(both_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
        return reason;
    }

private:
    restat::detail::held_descriptor both_{::epoll_create1(EPOLL_CLOEXEC)};
};

sentences check(toy_clock toy) { return check_clock(toy); }

} // namespace

BOOST_AUTO_TEST_SUITE(clock_conformance)

BOOST_AUTO_TEST_CASE(each_shipped_clock_conforms) {
    sleep_clock sleep;
    expect_good("sleep_clock", check_clock(sleep));
    interruptible_clock interruptible;
    expect_good("interruptible_clock", check_clock(interruptible));
}

BOOST_AUTO_TEST_CASE(clock_around_an_epoll_descriptor_conforms) {
    epoll_clock clock;
    expect_good("epoll_clock", check_clock(clock));
}

BOOST_AUTO_TEST_CASE(fake_clock_conforms_when_its_time_passes) {
    manual_clock fake;
    expect_good("manual_clock", check_clock(fake, [=](auto by) { fake.advance(by); }));
}

BOOST_AUTO_TEST_CASE(each_broken_rule_is_reported) {
    expect_sentence(check({.backwards = true}), "goes backwards");
    expect_sentence(check({.early = true}), "returns `deadline` before the deadline");
    expect_sentence(check({.says_stopped = true}), "returns `stopped` without a stop request");
    expect_sentence(check({.blocks = true}), "waits for a time in the past");
    expect_sentence(check({.stops_before = false, .stops_during = false}),
                    "does not return `stopped` after a stop request before the wait");
    expect_sentence(check({.stops_during = false}), "a stop request does not end its wait");
    expect_sentence(check({.late = true}), "for more than 200 ms after a stop request");
    expect_sentence(check({}), "a readable descriptor does not end its wait");
}

BOOST_AUTO_TEST_CASE(each_broken_rule_of_work_time_is_reported) {
    auto const check_step = [](std::chrono::nanoseconds step) {
        toy_work_clock toy;
        toy.step = step;
        return check_clock(toy);
    };
    expect_sentence(check_step(0ns), "work_now() stands still during work");
    expect_sentence(check_step(-1ns), "work_now() goes backwards");
    manual_clock fake;
    expect_good("manual_clock that works", check_clock(fake, [=](auto by) {
                    fake.advance(by);
                    fake.work(by);
                }));
}

// For a clock that wraps another clock.
BOOST_AUTO_TEST_CASE(work_is_measured_by_the_steady_clock_unless_the_clock_measures_it) {
    manual_clock fake;
    auto const before = work_now(fake);
    fake.work(3s);
    BOOST_TEST((work_now(fake) == before + 3s));
    toy_clock real;
    auto const steady = std::chrono::steady_clock::now();
    BOOST_TEST((work_now(real) >= steady));
}

BOOST_AUTO_TEST_SUITE_END()
