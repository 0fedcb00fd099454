#include "platform/files/timer.hpp"

#include <algorithm>
#include <sys/timerfd.h>
#include <unistd.h>

namespace restat::detail {
namespace {

// A new time also discards the expiry of the time before.
void set_time(int timer, std::chrono::nanoseconds span) noexcept {
    auto const seconds = std::chrono::floor<std::chrono::seconds>(span);
    itimerspec when{};
    when.it_value.tv_sec = static_cast<decltype(when.it_value.tv_sec)>(seconds.count());
    when.it_value.tv_nsec = static_cast<long>((span - seconds).count());
    ::timerfd_settime(timer, 0, &when, nullptr);
}

} // namespace

timer::timer() noexcept : timer_{::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)} {}

timer::~timer() {
    if (timer_ >= 0) ::close(timer_);
}

// A span of zero would stop the timer.
void timer::start(std::chrono::nanoseconds span) noexcept {
    set_time(timer_, std::max(span, std::chrono::nanoseconds{1}));
}

void timer::stop() noexcept { set_time(timer_, {}); }

} // namespace restat::detail
