// A thread waits for the signals, which every thread blocks. So the reaction to a signal is not
// limited to async-signal-safe functions.
//
//     signal --> [sigwaitinfo] --> first: stop_source --> the reloader ends its wait, the command
//                              |-> INT, QUIT again: kill --> KILL to the command's group
//                              \-> TSTP: STOP to the command's group, then to this process
//
// A shell without job control starts a background process with INT and QUIT ignored, as
// protection from a Ctrl-C at the terminal. A signal sent on purpose by a program counts
// nevertheless. An ignored HUP (nohup) stays ignored, even if a program sends the signal.

#include "signals.hpp"

#include "base/pending_stop.hpp"

#include <restat/error.hpp>

#include <csignal>
#include <system_error>
#include <utility>

#include <pthread.h>
#include <unistd.h>

namespace restat::cli {
namespace {

constexpr int end_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr int blocked_signals[] = {SIGPIPE, SIGTTIN, SIGTTOU};

bool is_ignored(int signal) noexcept {
    struct sigaction current {};
    return ::sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN;
}

sigset_t awaited_signals() noexcept {
    sigset_t set;
    sigemptyset(&set);
    for (int const signal : end_signals) {
        if (signal != SIGHUP || !is_ignored(signal)) sigaddset(&set, signal);
    }
    if (!is_ignored(SIGTSTP)) sigaddset(&set, SIGTSTP);
    return set;
}

} // namespace

signal_watch::signal_watch(std::stop_source stop, actions on_signals)
    : stop_{std::move(stop)}, actions_{std::move(on_signals)} {
    sigset_t blocked = awaited_signals();
    for (int const signal : blocked_signals) sigaddset(&blocked, signal);
    ::pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
    try {
        thread_ = std::thread{[this] { wait(); }};
    } catch (std::system_error const& failed) {
        throw reload_error{{{}, failed.code(), "start a thread (clone3)"}};
    }
}

signal_watch::~signal_watch() {
    done_ = true;
    ::pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
}

void signal_watch::wait() {
    sigset_t const set = awaited_signals();
    while (!done_) {
        siginfo_t info{};
        int const signal = ::sigwaitinfo(&set, &info);
        bool const from_terminal = info.si_code > 0;
        if (signal < 0 || done_ || (from_terminal && is_ignored(signal))) continue;
        bool const is_own = signal == SIGTSTP && info.si_pid == ::getpid(); // sent by stop_job
        if (!is_own) handle(signal, from_terminal);
    }
}

void signal_watch::handle(int signal, bool from_terminal) {
    if (signal == SIGTSTP) {
        {
            detail::pending_stop const this_process;
            actions_.suspend();
        }
        actions_.resume();
    } else if (int none = 0; first_signal_.compare_exchange_strong(none, signal)) {
        if (from_terminal && (signal == SIGINT || signal == SIGQUIT)) actions_.key(signal);
        stop_.request_stop();
    } else if (signal == SIGINT || signal == SIGQUIT) {
        actions_.kill();
    }
}

void end_by(int signal) noexcept {
    std::signal(signal, SIG_DFL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    ::raise(signal);
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

} // namespace restat::cli
