#pragma once

#include <csignal>

namespace restat::detail {

/// What an exec lets a new program have of the signals of the old: the mask and what is ignored.
struct signal_state {
    sigset_t mask;
    sigset_t ignored;
};

/// Those of the calling thread and of the process, now.
signal_state current_signals() noexcept;

/// Gives the calling thread the mask.
void set_mask(signal_state const& to) noexcept;

/// In a forked child: what is to be ignored is, and the rest has no handler. Async-signal-safe.
void reset_dispositions(signal_state const& to) noexcept;

/// Before an exec: makes ignored what is to be, and nothing else. Handlers of other signals are
/// left to exec. Puts all back when it goes, which it does only if there was no exec.
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

/// For as long as it lives, a write of this thread beyond the limit of file sizes fails with EFBIG
/// and sends no XFSZ, which would end the process. Leaves `errno` as it is.
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

/// For as long as it lives no signal is handled by the calling thread.
class signals_blocked {
public:
    signals_blocked() noexcept;
    signals_blocked(signals_blocked const&) = delete;
    ~signals_blocked();

private:
    sigset_t before_;
};

} // namespace restat::detail
