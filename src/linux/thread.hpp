#pragma once

#include <restat/export.hpp>

#include <system_error>

namespace restat::sys {

/// A thread on which no signal is delivered, so that the host's handlers run on the host's. Ended
/// by its own return; to be joined. Allocates nothing that the C library has not at hand.
/// \source pthread_create(3), pthread_sigmask(3)
class RESTAT_EXPORT thread {
public:
    thread() noexcept = default;
    thread(thread const&) = delete;
    thread& operator=(thread const&) = delete;
    ~thread() { join(); }

    void start(void* (*run)(void*), void* argument, std::error_code& error) noexcept;
    void join() noexcept;
    /// Of a forked process, where the thread is not.
    void forget() noexcept { runs_ = false; }

private:
    unsigned long handle_ = 0;
    bool runs_ = false;
};

/// How many cores this process may use. \source sched_getaffinity(2)
RESTAT_EXPORT unsigned usable_cores() noexcept;

} // namespace restat::sys
