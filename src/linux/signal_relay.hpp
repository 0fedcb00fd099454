#pragma once

#include "linux/memfd.hpp"

#include <atomic>

namespace restat::detail {

/// A process that joins the group which has the terminal, and passes on to this process what the
/// keys of the terminal and its hang-up send there: INT, QUIT and HUP. What this process ignores
/// is not passed on.
///
/// It is no child that a `wait` of this process sees, and its end sends no CHLD. It holds no
/// descriptor of this process, and ends with the thread that made it join first.
/// \source credentials(7), tty_ioctl(4), wait(2) __WCLONE
class signal_relay {
public:
    signal_relay() noexcept = default;
    signal_relay(signal_relay const&) = delete;
    ~signal_relay();

    /// Makes it, if there is none.
    void prepare() noexcept;
    /// Has it join a group; it has done so on return. Async-signal-safe, so that a new process
    /// can have it join before it runs its program.
    void join(int group) const noexcept;
    /// Forgets what it heard before.
    void begin() noexcept;
    /// Goes back to a group of its own.
    void leave() noexcept;

    /// Whether INT, QUIT or HUP came since it began.
    bool heard_end() noexcept;
    /// Whether TSTP came since this was last asked.
    bool heard_suspend() noexcept;

    /// Its number; 0 if there is none.
    /// \threads any
    int pid() const noexcept { return pid_; }

private:
    bool has_ended() noexcept;
    void listen() noexcept;

    std::atomic<int> pid_ = 0;
    int owner_ = 0;        // the process that made it
    held_descriptor line_; // to it
    bool end_ = false;
    bool suspend_ = false;
};

} // namespace restat::detail
