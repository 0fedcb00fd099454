#pragma once

#include "platform/files/descriptor.hpp"

#include <atomic>

namespace restat::detail {

/// A helper process in the terminal's foreground group. It forwards INT, QUIT and HUP to this
/// process, as sent by keys of the terminal or by a hang-up. Signals ignored by this process are
/// not forwarded.
///
/// A `wait` of this process does not see the relay, and its end sends no CHLD. The relay holds no
/// descriptor of this process. It ends with the thread of its first `prepare`.
/// \source credentials(7), tty_ioctl(4), wait(2) __WCLONE
class signal_relay {
public:
    signal_relay() noexcept = default;
    signal_relay(signal_relay const&) = delete;
    ~signal_relay();

    /// Starts the relay unless it is running.
    void prepare() noexcept;
    /// Moves the relay into a group and waits for the move. Async-signal-safe, so a new process
    /// can call it before its exec.
    void join(int group) const noexcept;
    /// Forgets earlier signals.
    void begin() noexcept;
    /// Moves the relay back into a group of its own.
    void leave() noexcept;

    /// Returns true if INT, QUIT or HUP arrived since `begin`.
    bool heard_end() noexcept;
    /// Returns true if TSTP arrived since the last call.
    bool heard_suspend() noexcept;

    /// Returns the pid of the relay; 0 without a relay.
    /// \threads any
    int pid() const noexcept { return pid_; }

private:
    bool has_ended() noexcept;
    void listen() noexcept;

    std::atomic<int> pid_ = 0;
    int owner_ = 0;          // pid of the creating process
    held_descriptor socket_; // socket to the relay
    bool end_ = false;
    bool suspend_ = false;
};

} // namespace restat::detail
