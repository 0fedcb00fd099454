#pragma once

#include <csignal>

namespace restat::detail {

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
