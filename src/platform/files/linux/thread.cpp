#include "platform/files/thread.hpp"

#include "platform/files/refused_call.hpp"

#include <csignal>

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

namespace restat::detail {

static_assert(sizeof(unsigned long) == sizeof(pthread_t));

void thread::start(void* (*run)(void*), void* argument, std::error_code& error) noexcept {
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t made{};
    int const failed = ::pthread_create(&made, nullptr, run, argument);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    error = detail::error_of(detail::needed_call::clone3, failed);
    handle_ = made;
    runs_ = failed == 0;
}

void thread::join() noexcept {
    if (!runs_) return;
    ::pthread_join(handle_, nullptr);
    runs_ = false;
}

int this_process() noexcept { return ::getpid(); }

unsigned usable_cores() noexcept {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (::sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
    return static_cast<unsigned>(CPU_COUNT(&cores));
}

} // namespace restat::detail
