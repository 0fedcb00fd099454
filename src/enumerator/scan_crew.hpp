#pragma once

#include "linux/thread.hpp"

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <utility>

// The threads of a scan.
//
//     caller    ---run(root)--------give---give-----------------wait--run---end_all
//                    |                 \      \                /   (a task given back)
//     helper 1       start--wait---------run---\---give--wait-------------------join
//     helper 2       start--wait----------------run--------wait-----------------join
//
// A worker walks its part of the tree alone. Before it enters a directory it looks whether anyone
// is waiting; then it gives away about half of what it has still before it (`tree_sharing`), and
// so it does within a large directory whose files are known. Each file is thus looked at by one
// worker, and what each came upon is put together in order of path at the end: the result does not
// depend on who walked what. Helpers start when a scan turns out to be long enough, and end with
// it.
namespace restat::detail {

inline constexpr std::size_t largest_crew = 16;

/// Hands tasks from workers to workers. Allocates nothing: tasks are swapped, so that their memory
/// goes round.
template <class Task>
class scan_crew {
public:
    static constexpr std::size_t largest = largest_crew;
    /// First those that wait, then one for each worker.
    using queue = std::array<Task, 2 * largest_crew>;

    scan_crew(std::size_t most, queue& tasks) noexcept
        : most_{most < largest ? most : largest}, tasks_{tasks} {}
    scan_crew(scan_crew const&) = delete;
    ~scan_crew() { end_all(); }

    /// Whether some worker has nothing to do.
    bool is_hungry() const noexcept { return hungry_.load(std::memory_order_relaxed) > 0; }
    bool may_start() const noexcept { return count_ == 0 && most_ > 1; }

    /// Starts the helpers, each of which calls `work(number, task)`, numbered from 1.
    template <class Work>
    void start(Work& work) noexcept {
        for (count_ = 1; count_ < most_; ++count_) {
            helper& made = helpers_[count_];
            made = {this, &work, count_, [](void* object, std::size_t number, Task& task) {
                        (*static_cast<Work*>(object))(number, task);
                    }};
            std::error_code error;
            threads_[count_].start(&scan_crew::serve, &made, error);
            if (error) return; // then fewer have to do
        }
    }

    /// False if nobody waits any more.
    bool give(Task& task) {
        std::lock_guard const lock{guard_};
        if (queued_ == largest || !is_hungry()) return false;
        std::swap(tasks_[queued_++], task);
        --hungry_;
        change_.notify_all();
        return true;
    }

    /// For the caller: takes a task, or waits until there is none and nobody can give one.
    bool take_last(Task& task) {
        return take(
            task, [&] { return working_ == 0; }, 0);
    }

    /// Ends the helpers, each when what it does is done.
    void end_all() noexcept {
        {
            std::lock_guard const lock{guard_};
            ends_ = true;
            change_.notify_all();
        }
        for (sys::thread& one : threads_) one.join();
    }

    /// The same, and passes on what one of them threw.
    void finish() {
        end_all();
        if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    }

private:
    struct helper {
        scan_crew* crew = nullptr;
        void* work = nullptr;
        std::size_t number = 0;
        void (*call)(void*, std::size_t, Task&) = nullptr;
    };

    template <class Done>
    bool take(Task& task, Done done, std::size_t weight) {
        std::unique_lock lock{guard_};
        ++hungry_;
        change_.wait(lock, [&] { return queued_ > 0 || done(); });
        if (queued_ == 0) {
            --hungry_;
            return false;
        }
        std::swap(task, tasks_[--queued_]);
        working_ += weight;
        return true;
    }

    static void* serve(void* self) {
        auto const& [crew, work, number, call] = *static_cast<helper*>(self);
        Task& task = crew->tasks_[number + largest_crew];
        while (crew->take(
            task, [crew = crew] { return crew->ends_; }, 1)) {
            std::exception_ptr thrown;
            try {
                call(work, number, task);
            } catch (...) {
                thrown = std::current_exception();
            }
            std::lock_guard const lock{crew->guard_};
            if (thrown && !crew->thrown_) crew->thrown_ = thrown;
            --crew->working_;
            crew->change_.notify_all();
        }
        return nullptr;
    }

    std::size_t most_;
    std::size_t count_ = 0; // started, with the caller
    std::mutex guard_;
    std::condition_variable change_;
    queue& tasks_;
    std::size_t queued_ = 0;
    std::array<helper, largest> helpers_;
    std::array<sys::thread, largest> threads_;
    std::atomic<int> hungry_{0}; // workers that wait, less tasks that wait
    std::size_t working_ = 0;    // helpers
    bool ends_ = false;
    std::exception_ptr thrown_;
};

} // namespace restat::detail
