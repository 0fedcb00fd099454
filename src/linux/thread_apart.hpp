#pragma once

#include <restat/export.hpp>

#include "linux/thread.hpp"

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>

namespace restat::sys {

/// A thread with a table of descriptors of its own, empty at first, that does what it is asked to
/// while whoever asks waits. Threads that it starts have the same table. Of a process that was
/// forked it knows that the thread is not there.
/// \threads one caller at a time
/// \source CLOSE_RANGE_UNSHARE in close_range(2), unshare(2)
class RESTAT_EXPORT thread_apart {
public:
    thread_apart() noexcept = default;
    thread_apart(thread_apart const&) = delete;
    thread_apart& operator=(thread_apart const&) = delete;
    ~thread_apart();

    /// \errors what `pthread_create` and `close_range` (Linux 5.9) tell
    void start(std::error_code& error);
    /// Whether this process is that in which it was started.
    bool is_here() const noexcept;

    /// Passes on what the call throws.
    template <class Call>
    void call(Call& what) {
        ask([](void* of) { (*static_cast<Call*>(of))(); }, &what);
    }

private:
    void ask(void (*what)(void*), void* of);
    void serve();
    void do_as_asked() noexcept;

    thread thread_;
    int process_ = 0;
    std::mutex guard_;
    std::condition_variable change_;
    void (*what_)(void*) = nullptr; // being asked for
    void* of_ = nullptr;
    std::exception_ptr thrown_;
    std::error_code refused_;
    bool began_ = false;
    bool ends_ = false;
};

/// How many descriptors a table may have, less some for the rest that goes on.
/// \source getrlimit(2)
RESTAT_EXPORT std::size_t spare_descriptors() noexcept;

} // namespace restat::sys
