#pragma once

#include <restat/detail/reloader_state.hpp>

#include "platform/files/poll_set.hpp"
#include "platform/files/timer.hpp"

#include <system_error>

namespace restat::detail {

/// The descriptor for the event loop of a host: readable at the next wake-up.
///
///     timer, for the time ------.
///     hints of the enumerator ---+--> epoll --> the loop of the host
///     program of the strategy --'
class loop_descriptor {
public:
    /// Creates the descriptor, not readable. Sets the error if the system refuses.
    loop_descriptor(descriptor_calls const& by, std::error_code& error) noexcept;

    int number() const noexcept { return set_.descriptor(); }
    bool is_readable() const noexcept;

    /// Replaces the earlier wake-up. A descriptor that the system refuses is replaced by a call
    /// after `pause`.
    /// \cost up to three system calls
    void arm(descriptor_wait const& next, std::chrono::nanoseconds pause) noexcept;

    descriptor_calls const* by;
    polled_program supervised;
    poll_kind form = poll_kind::whole; // of the last call
    int hints = -1;
    int program = -1;

private:
    bool replace(int& member, int with) noexcept;

    poll_set set_;
    timer timer_;
};

} // namespace restat::detail
