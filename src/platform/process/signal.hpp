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

/// While an object lives, a write of this thread above the file size limit fails with EFBIG. The
/// kernel sends no XFSZ, which would end the process. Preserves `errno`.
/// \source RLIMIT_FSIZE in getrlimit(2)
class file_size_signal_held {
public:
    file_size_signal_held() noexcept;
    file_size_signal_held(file_size_signal_held const&) = delete;
    ~file_size_signal_held();

private:
    sigset_t before_;
    bool was_pending_;
};

/// While an object lives, the calling thread handles no signals.
class signals_blocked {
public:
    signals_blocked() noexcept;
    signals_blocked(signals_blocked const&) = delete;
    ~signals_blocked();

private:
    sigset_t before_;
};

} // namespace restat::detail
