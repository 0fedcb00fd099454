#include "platform/files/wait.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <poll.h>

namespace restat::detail {
namespace {

using nanoseconds = std::chrono::nanoseconds;

// Prevents a busy loop when the system has no memory for a wait.
constexpr std::chrono::milliseconds blind_nap{20};

timespec to_timespec(nanoseconds span) noexcept {
    auto const seconds = std::chrono::floor<std::chrono::seconds>(span);
    return {static_cast<std::time_t>(seconds.count()),
            static_cast<long>((span - seconds).count())};
}

// Returns the time until `when`, never negative; safe at the limits of `time_point`.
nanoseconds span_until(time_point when, time_point now) noexcept {
    return when <= now ? nanoseconds::zero() : nanoseconds{when - now};
}

} // namespace

time_point monotonic_now() noexcept { return std::chrono::steady_clock::now(); }

bool wait_readable(int first, int second, time_point when) noexcept {
    pollfd descriptors[] = {{first, POLLIN, 0}, {second, POLLIN, 0}};
    for (;;) {
        auto const now = monotonic_now();
        auto const left = to_timespec(span_until(when, now));
        int const ready = ::ppoll(descriptors, 2, &left, nullptr);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) {
            sleep_until(std::min(when, now + blind_nap));
            return true;
        }
        if (monotonic_now() >= when) return false;
    }
}

void sleep_until(time_point when) noexcept {
    auto const at = to_timespec(std::max(when.time_since_epoch(), nanoseconds::zero()));
    while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr) == EINTR) {
    }
}

} // namespace restat::detail
