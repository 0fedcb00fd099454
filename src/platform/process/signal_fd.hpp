#pragma once

#include <csignal>

namespace restat::detail {

/// While an object lives, TERM, INT, HUP, QUIT and TSTP are blocked in the calling thread and its
/// new threads. They are readable here instead. Ignored signals stay ignored.
/// \source signalfd(2)
class signal_fd {
public:
    signal_fd() noexcept;
    signal_fd(signal_fd const&) = delete;
    ~signal_fd();

    /// Returns a descriptor, readable when a signal is pending; -1 if the system has no such
    /// descriptor. Then call `take` regularly.
    int descriptor() const noexcept { return descriptor_; }
    /// Returns the number of a pending signal, or 0. Skips a TSTP sent by this process.
    int take() const noexcept;

private:
    sigset_t before_;
    sigset_t mine_;
    int descriptor_;
};

/// Sends a signal to this process, with its original handling restored. Returns if the signal did
/// not end the process.
void raise_signal(int signal) noexcept;

} // namespace restat::detail
