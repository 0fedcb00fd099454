#pragma once

#include <restat/export.hpp>

#include <system_error>

namespace restat::detail {

/// A thread with all signals blocked, so the host's handlers run on the host's threads. Ends by
/// its own return; the destructor joins it. Allocates nothing beyond the C library's own needs.
/// \source pthread_create(3), pthread_sigmask(3)
class RESTAT_EXPORT thread {
public:
    thread() noexcept = default;
    thread(thread const&) = delete;
    thread& operator=(thread const&) = delete;
    ~thread() { join(); }

    /// Starts the thread with all signals blocked. Sets `error` on failure.
    void start(void* (*run)(void*), void* argument, std::error_code& error) noexcept;
    /// Waits for the end of the thread; returns at once without a thread.
    void join() noexcept;
    /// Forgets the thread in a forked process, where it does not exist.
    void forget() noexcept { runs_ = false; }

private:
    unsigned long handle_ = 0; // of the system; cast if its type is a pointer
    bool runs_ = false;
};

/// Returns the pid of this process.
int this_process() noexcept;

/// Returns the number of cores available to this process. \source sched_getaffinity(2)
RESTAT_EXPORT unsigned usable_cores() noexcept;

} // namespace restat::detail
