//     signal --> handler, on any thread --> event --> the listening thread: request_stop
//
// A signal handler may do almost nothing, and stop callbacks may do anything, so they run on a
// separate thread. The thread also unblocks TERM in case every other thread blocks it.

#include "platform/process/signal_stop_token.hpp"

#include "platform/files/event.hpp"

#include <restat/error.hpp>

#include <cerrno>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

namespace restat::detail {
namespace {

std::atomic<int> raised_by_signals = -1; // an event
std::atomic<int> owner = 0;              // excludes forked copies
std::atomic<int> handlers_at_work = 0;

void on_signal(int number) {
    if (owner != ::getpid()) {
        std::signal(number, SIG_DFL);
        std::raise(number); // delivered when the handler returns
        return;
    }
    ++handlers_at_work;
    raise_event(raised_by_signals);
    --handlers_at_work;
}

} // namespace

signal_stop_token::signal_stop_token() : event_{open_event()} {
    std::error_code error{event_ < 0 ? errno : 0, std::generic_category()};
    if (!error) listener_.start(listen, this, error);
    if (error) {
        close_event(event_);
        detail::throw_error(error, "listen for signals");
    }
    take_signals();
}

signal_stop_token::~signal_stop_token() {
    for (int i = 0; i < count; ++i) {
        if (taken_[i]) ::sigaction(signals[i], &before_[i], nullptr);
    }
    if (owner != ::getpid()) {
        listener_.forget();
        return;
    }
    raised_by_signals = around_;
    while (handlers_at_work != 0) ::sched_yield(); // on other threads
    over_ = true;
    raise_event(event_);
    listener_.join();
    close_event(event_);
}

void signal_stop_token::take_signals() noexcept {
    owner = ::getpid();
    around_ = raised_by_signals.exchange(event_);
    struct sigaction mine = {};
    mine.sa_handler = on_signal;
    mine.sa_flags = SA_RESTART;
    for (int i = 0; i < count; ++i) {
        ::sigaction(signals[i], nullptr, &before_[i]);
        auto const handler = before_[i].sa_handler;
        taken_[i] = handler == SIG_DFL || handler == on_signal ||
                    (signals[i] == SIGTERM && handler == SIG_IGN);
        if (taken_[i]) ::sigaction(signals[i], &mine, nullptr);
    }
}

void* signal_stop_token::listen(void* self) noexcept {
    auto& of = *static_cast<signal_stop_token*>(self);
    sigset_t term;
    ::sigemptyset(&term);
    ::sigaddset(&term, SIGTERM);
    ::pthread_sigmask(SIG_UNBLOCK, &term, nullptr);
    for (pollfd on{of.event_, POLLIN, 0}; !of.over_;) {
        if (::poll(&on, 1, -1) < 0 || !lower_event(of.event_) || of.over_) continue;
        if (of.around_ >= 0) raise_event(of.around_);
        of.stop_.request_stop();
    }
    return nullptr;
}

} // namespace restat::detail
