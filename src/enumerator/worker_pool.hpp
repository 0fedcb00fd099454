#pragma once

#include "platform/files/thread.hpp"

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <utility>

// The worker pool of a scan.
//
//     caller    ---run(root)--------give---give-----------------wait--run---end_all
//                    |                 \      \                /   (a task given back)
//     helper 1       start--wait---------run---\---give--wait-------------------join
//     helper 2       start--wait----------------run--------wait-----------------join
//
// Each worker walks its own part of the tree. Before a worker enters a directory, the worker
// checks whether another worker is idle. If so, the worker splits off about half of its remaining
// work (`work_splitter.hpp`). The worker does the same within a large directory of known files. So
// a single worker checks each file. At the end, the scan joins the results of all workers in path
// order, so the result does not depend on the split. The helpers start once the scan has lasted
// long enough, and end together with the scan.
namespace restat::detail {

inline constexpr std::size_t most_workers = 16;

/// Moves tasks between workers. Allocates nothing: workers swap tasks, so the memory of the tasks
/// circulates.
template <class Task>
class worker_pool {
public:
    static constexpr std::size_t largest = most_workers;
    /// The queued tasks first, then a task for each worker.
    using queue = std::array<Task, 2 * most_workers>;

    worker_pool(std::size_t most, queue& tasks) noexcept
        : most_{most < largest ? most : largest}, tasks_{tasks} {}
    worker_pool(worker_pool const&) = delete;
    ~worker_pool() { end_all(); }

    /// Returns whether some worker is idle.
    bool has_idle_worker() const noexcept { return idle_.load(std::memory_order_relaxed) > 0; }
    bool may_start() const noexcept { return count_ == 0 && most_ > 1; }

    /// Starts the helpers, numbered from 1. Each helper calls `work(number, task)` for each of
    /// its tasks.
    template <class Work>
    void start(Work& work) noexcept {
        for (count_ = 1; count_ < most_; ++count_) {
            helper& made = helpers_[count_];
            made = {this, &work, count_, [](void* object, std::size_t number, Task& task) {
                        (*static_cast<Work*>(object))(number, task);
                    }};
            std::error_code error;
            threads_[count_].start(&worker_pool::serve, &made, error);
            if (error) return; // the helpers started so far do the work
        }
    }

    /// Adds a task to the queue. Returns false if no worker is idle any more.
    bool give(Task& task) {
        std::lock_guard const lock{guard_};
        if (queued_ == largest || !has_idle_worker()) return false;
        std::swap(tasks_[queued_++], task);
        --idle_;
        change_.notify_all();
        return true;
    }

    /// Takes a task for the thread of the caller. Waits while the queue is empty but a helper
    /// still works. Returns false once the queue is empty and no helper works.
    bool take_last(Task& task) {
        return take(
            task, [&] { return working_ == 0; }, 0);
    }

    /// Ends the helpers once the queue is empty and all their tasks are done.
    void end_all() noexcept {
        {
            std::lock_guard const lock{guard_};
            ends_ = true;
            change_.notify_all();
        }
        for (detail::thread& one : threads_) one.join();
    }

    /// Ends the helpers likewise, and rethrows the first exception of a helper.
    void finish() {
        end_all();
        if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    }

private:
    struct helper {
        worker_pool* pool = nullptr;
        void* work = nullptr;
        std::size_t number = 0;
        void (*call)(void*, std::size_t, Task&) = nullptr;
    };

    template <class Done>
    bool take(Task& task, Done done, std::size_t weight) {
        std::unique_lock lock{guard_};
        ++idle_;
        change_.wait(lock, [&] { return queued_ > 0 || done(); });
        if (queued_ == 0) {
            --idle_;
            return false;
        }
        std::swap(task, tasks_[--queued_]);
        working_ += weight;
        return true;
    }

    static void* serve(void* self) {
        auto const& [pool, work, number, call] = *static_cast<helper*>(self);
        Task& task = pool->tasks_[number + most_workers];
        while (pool->take(
            task, [pool = pool] { return pool->ends_; }, 1)) {
            std::exception_ptr thrown;
            try {
                call(work, number, task);
            } catch (...) {
                thrown = std::current_exception();
            }
            std::lock_guard const lock{pool->guard_};
            if (thrown && !pool->thrown_) pool->thrown_ = thrown;
            --pool->working_;
            pool->change_.notify_all();
        }
        return nullptr;
    }

    std::size_t most_;
    std::size_t count_ = 0; // started workers, with the caller
    std::mutex guard_;
    std::condition_variable change_;
    queue& tasks_;
    std::size_t queued_ = 0;
    std::array<helper, largest> helpers_;
    std::array<detail::thread, largest> threads_;
    std::atomic<int> idle_{0}; // idle workers less queued tasks
    std::size_t working_ = 0;  // helpers with a task
    bool ends_ = false;
    std::exception_ptr thrown_;
};

} // namespace restat::detail
