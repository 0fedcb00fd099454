#include "platform/process/signal_fd.hpp"

#include "platform/process/signal.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <initializer_list>
#include <sys/signalfd.h>
#include <unistd.h>

namespace restat::detail {
signal_fd::signal_fd() noexcept {
    ::sigemptyset(&mine_);
    // The kernel queues a blocked signal even if the signal is ignored.
    for (int const signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP}) {
        if (!is_ignored(signal)) ::sigaddset(&mine_, signal);
    }
    ::pthread_sigmask(SIG_BLOCK, &mine_, &before_);
    descriptor_ = ::signalfd(-1, &mine_, SFD_CLOEXEC | SFD_NONBLOCK);
}

signal_fd::~signal_fd() {
    if (descriptor_ >= 0) ::close(descriptor_);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int signal_fd::take() const noexcept {
    timespec const none{};
    siginfo_t from{};
    if (descriptor_ < 0) {
        int const signal = ::sigtimedwait(&mine_, &from, &none);
        return signal == SIGTSTP && from.si_pid == ::getpid() ? 0 : std::max(0, signal);
    }
    signalfd_siginfo info{};
    ssize_t got = 0;
    do {
        got = ::read(descriptor_, &info, sizeof info);
    } while (got < 0 && errno == EINTR);
    bool const is_own = info.ssi_signo == SIGTSTP && static_cast<int>(info.ssi_pid) == ::getpid();
    return got == sizeof info && !is_own ? static_cast<int>(info.ssi_signo) : 0;
}

void raise_signal(int signal) noexcept { ::kill(::getpid(), signal); }

} // namespace restat::detail
