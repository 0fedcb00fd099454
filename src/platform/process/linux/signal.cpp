#include "platform/process/signal.hpp"

namespace restat::detail {
namespace {

constexpr int last_signal = 64;

bool ignores(struct sigaction const& action) noexcept {
    return (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_IGN;
}

bool is_default(struct sigaction const& action) noexcept {
    return (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_DFL;
}

void set_action(int signal, bool ignore) noexcept {
    struct sigaction action = {};
    action.sa_handler = ignore ? SIG_IGN : SIG_DFL;
    ::sigaction(signal, &action, nullptr);
}

} // namespace

bool is_ignored(int signal) noexcept {
    struct sigaction action;
    return ::sigaction(signal, nullptr, &action) == 0 && ignores(action);
}

signal_state current_signals() noexcept {
    signal_state state;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &state.mask);
    ::sigemptyset(&state.ignored);
    for (int signal = 1; signal <= last_signal; ++signal) {
        if (is_ignored(signal)) ::sigaddset(&state.ignored, signal);
    }
    return state;
}

void set_mask(signal_state const& to) noexcept {
    ::pthread_sigmask(SIG_SETMASK, &to.mask, nullptr);
}

void reset_dispositions(signal_state const& to) noexcept {
    for (int signal = 1; signal <= last_signal; ++signal) {
        struct sigaction now;
        if (::sigaction(signal, nullptr, &now) != 0)
            continue; // KILL, STOP, and the C library's own
        bool const ignore = ::sigismember(&to.ignored, signal) == 1;
        if (ignore ? !ignores(now) : !is_default(now)) set_action(signal, ignore);
    }
}

namespace {

// Until the exec, other threads keep running, and a signal they ignore must not terminate them.
// The signal therefore gets an empty handler, replaced by the default at exec.
void unignore(int signal) noexcept {
    struct sigaction action = {};
    action.sa_handler = +[](int) {};
    action.sa_flags = SA_RESTART;
    ::sigaction(signal, &action, nullptr);
}

} // namespace

ignored_for_exec::ignored_for_exec(signal_state const& to) noexcept {
    for (int signal = 1; signal < count; ++signal) {
        if (::sigaction(signal, nullptr, &before_[signal]) != 0) continue;
        bool const ignore = ::sigismember(&to.ignored, signal) == 1;
        changed_[signal] = ignore != ignores(before_[signal]);
        if (changed_[signal] && ignore) set_action(signal, true);
        if (changed_[signal] && !ignore) unignore(signal);
    }
}

ignored_for_exec::~ignored_for_exec() {
    for (int signal = 1; signal < count; ++signal) {
        if (changed_[signal]) ::sigaction(signal, &before_[signal], nullptr);
    }
}

} // namespace restat::detail
