#pragma once

#include <csignal>

namespace restat::detail {

/// The signal state a new program inherits across exec: the mask and the ignored signals.
struct signal_state {
    sigset_t mask;
    sigset_t ignored;
};

/// Returns the mask of the calling thread and the ignored signals of the process.
signal_state current_signals() noexcept;

/// Returns true if the process ignores the signal.
bool is_ignored(int signal) noexcept;

/// Sets the mask of the calling thread.
void set_mask(signal_state const& to) noexcept;

/// Sets the ignored signals in a forked child and removes all other handlers. Async-signal-safe.
void reset_dispositions(signal_state const& to) noexcept;

/// Sets the ignored signals before an exec and nothing else; exec itself removes handlers. The
/// destructor restores the previous state, and runs only if exec failed.
class ignored_for_exec {
public:
    explicit ignored_for_exec(signal_state const& to) noexcept;
    ignored_for_exec(ignored_for_exec const&) = delete;
    ~ignored_for_exec();

private:
    static constexpr int count = 65;
    struct sigaction before_[count];
    bool changed_[count] = {};
};

} // namespace restat::detail
