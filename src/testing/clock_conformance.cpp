#include <restat/testing/conformance.hpp>

#include "duration_of.hpp"

#include <restat/clock/sleep_clock.hpp>

#include <chrono>
#include <cstdio>
#include <stdio.h>
#include <thread>

namespace restat::testing::detail {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// The documented limit for the end of a wait, and the longest wait of a check.
constexpr milliseconds stop_limit{200};
constexpr std::chrono::seconds patience{2};

using pass_time = std::function<void(nanoseconds)>;

// Advances the time of a fake during a wait.
std::jthread passing(pass_time const& pass) {
    if (!pass) return {};
    return std::jthread{[&pass](std::stop_token stop) {
        while (!stop.stop_requested()) {
            pass(milliseconds{1});
            std::this_thread::yield();
        }
    }};
}

void check_deadlines(clock_calls const& clock, pass_time const& pass, sentences& wrong) {
    for (nanoseconds const ahead :
         {nanoseconds{-1'000'000'000}, nanoseconds{0}, nanoseconds{1}, nanoseconds{5'000'000}}) {
        auto const before = clock.now();
        auto const helper = passing(pass);
        auto const reason = clock.wait_until(before + ahead, {});
        auto const after = clock.now();
        if (reason == wake::stopped) {
            wrong.emplace_back("returns `stopped` without a stop request");
        }
        if (reason == wake::deadline && after < before + ahead) {
            wrong.emplace_back("returns `deadline` before the deadline");
        }
        if (after < before) wrong.emplace_back("its time goes backwards");
    }
}

void check_past(clock_calls const& clock, sentences& wrong) {
    auto const took = duration_of([&] { clock.wait_until(time_point::min(), {}); });
    if (took > stop_limit) wrong.emplace_back("waits for a time in the past");
}

void check_stopped_before(clock_calls const& clock, sentences& wrong) {
    std::stop_source source;
    source.request_stop();
    for (auto const when : {time_point{}, clock.now() + patience}) {
        if (clock.wait_until(when, source.get_token()) == wake::stopped) continue;
        wrong.emplace_back("does not return `stopped` after a stop request before the wait");
    }
}

void check_stopped_during(clock_calls const& clock, pass_time const& pass, sentences& wrong) {
    sleep_clock const real;
    std::stop_source source;
    time_point asked;
    std::jthread asking{[&] {
        std::this_thread::sleep_for(milliseconds{20});
        asked = real.now();
        source.request_stop();
    }};
    auto const reason = clock.wait_until(
        clock.now() + (pass ? nanoseconds{std::chrono::hours{1}} : patience), source.get_token());
    auto const woke = real.now();
    asking.join();
    auto const late = woke - asked;
    if (reason != wake::stopped) wrong.emplace_back("a stop request does not end its wait");
    if (reason == wake::stopped && late > stop_limit) {
        wrong.emplace_back("keeps waiting for more than 200 ms after a stop request");
    }
}

void check_descriptor(clock_calls const& clock, sentences& wrong) {
    // A random device is always readable, and epoll accepts it, unlike /dev/null.
    std::FILE* const always_readable = std::fopen("/dev/random", "re");
    if (!always_readable) return;
    auto const reason = clock.wait_until_readable(clock.now() + patience, std::stop_token{},
                                                  ::fileno(always_readable));
    std::fclose(always_readable);
    if (reason != wake::hint) wrong.emplace_back("a readable descriptor does not end its wait");
}

// Works until the work time advances, at most far longer than any clock needs.
void check_work(clock_calls const& clock, pass_time const& pass, sentences& wrong) {
    sleep_clock const real;
    auto const began = clock.work_now();
    auto last = began;
    for (auto const end = real.now() + stop_limit; last == began && real.now() < end;) {
        if (pass) pass(milliseconds{1});
        last = clock.work_now();
    }
    if (last == began) wrong.emplace_back("its work_now() stands still during work");
    if (last < began) wrong.emplace_back("its work_now() goes backwards");
}

} // namespace

sentences check_clock(clock_calls const& clock, pass_time const& pass) {
    sentences wrong;
    check_deadlines(clock, pass, wrong);
    check_past(clock, wrong);
    check_stopped_before(clock, wrong);
    check_stopped_during(clock, pass, wrong);
    if (clock.wait_until_readable && !pass) check_descriptor(clock, wrong);
    if (clock.work_now) check_work(clock, pass, wrong);
    return wrong;
}

} // namespace restat::testing::detail
