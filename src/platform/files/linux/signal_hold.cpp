#include "platform/files/signal_hold.hpp"

#include <cerrno>
#include <ctime>

namespace restat::detail {
namespace {

sigset_t file_size_signal() noexcept {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGXFSZ);
    return set;
}

bool is_file_size_signal_pending() noexcept {
    sigset_t pending;
    return ::sigpending(&pending) == 0 && ::sigismember(&pending, SIGXFSZ) == 1;
}

} // namespace

file_size_signal_held::file_size_signal_held() noexcept
    : was_pending_{is_file_size_signal_pending()} {
    auto const set = file_size_signal();
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
}

// The kernel sends the signal to the writing thread.
file_size_signal_held::~file_size_signal_held() {
    int const error = errno;
    timespec const none{};
    auto const set = file_size_signal();
    if (!was_pending_ && is_file_size_signal_pending()) ::sigtimedwait(&set, nullptr, &none);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
}

signals_blocked::signals_blocked() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
}

signals_blocked::~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

} // namespace restat::detail
