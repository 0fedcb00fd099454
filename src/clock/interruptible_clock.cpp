// A single eventfd serves both reasons to end a wait early. The stop token distinguishes them:
// the wait asks the token last, after the stop callback can no longer run.
//
//     interrupt(), any thread --.
//                                +--> eventfd --> ppoll, in wait_until --> stopped?  hint?
//     request_stop, any thread -'                     ^                    else deadline
//                                 descriptor ---------'
//
// Each wait lowers the event after waking up, so a stop request leaves no hint behind. If the
// descriptor is readable, too, an interrupt is raised again for the next wait.

#include <restat/clock/interruptible_clock.hpp>

#include <restat/error.hpp>

#include "platform/files/event.hpp"
#include "platform/files/wait.hpp"

#include <cerrno>
#include <utility>

namespace restat {

interruptible_clock::interruptible_clock() : event_{detail::open_event()} {
    if (event_ < 0)
        detail::throw_error({errno, std::generic_category()}, "create a wake-up event");
}

interruptible_clock::interruptible_clock(interruptible_clock&& other) noexcept
    : event_{std::exchange(other.event_, -1)} {}

interruptible_clock& interruptible_clock::operator=(interruptible_clock&& other) noexcept {
    std::swap(event_, other.event_);
    return *this;
}

interruptible_clock::~interruptible_clock() { detail::close_event(event_); }

time_point interruptible_clock::now() const noexcept { return detail::monotonic_now(); }

wake interruptible_clock::wait_until(time_point when, std::stop_token stop) {
    return wait_until(when, std::move(stop), -1);
}

wake interruptible_clock::wait_until(time_point when, std::stop_token stop, int descriptor) {
    bool ready = false;
    {
        std::stop_callback const stopping{stop, [this] { interrupt(); }};
        ready = detail::wait_readable(event_, descriptor, when);
    }
    bool const is_interrupted = detail::lower_event(event_);
    if (stop.stop_requested()) return wake::stopped;
    // The caller takes a readable descriptor for the reason, so the interrupt waits its turn.
    if (is_interrupted && descriptor >= 0 && detail::wait_readable(-1, descriptor, now())) {
        interrupt();
    }
    ready |= is_interrupted;
    return ready ? wake::hint : wake::deadline;
}

void interruptible_clock::interrupt() noexcept { detail::raise_event(event_); }

} // namespace restat
