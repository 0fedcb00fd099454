#pragma once

#include <csignal>

namespace restat::os {

/// For as long as it lives, the signals that ask a process to end (TERM, INT, HUP, QUIT), and TSTP,
/// are kept from the calling thread and those it starts, and can be read here instead. One that is
/// ignored stays ignored.
/// \source signalfd(2)
class ending_signals {
public:
    ending_signals() noexcept;
    ending_signals(ending_signals const&) = delete;
    ~ending_signals();

    /// Readable when one has come; -1 if the system has no such descriptor, and `take` is to be
    /// called from time to time.
    int descriptor() const noexcept { return descriptor_; }
    /// The number of one that has come, or 0. A TSTP that this process sent is passed over.
    int take() const noexcept;

private:
    sigset_t before_;
    sigset_t mine_;
    int descriptor_;
};

/// Sends a signal to this process, to be dealt with as it was before all this.
/// Returns if the signal did not end the process.
void raise_signal(int signal) noexcept;

} // namespace restat::os
