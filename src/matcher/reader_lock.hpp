#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>

namespace restat::detail {

// A lock for what is read by all threads all the time and hardly ever written. Readers count
// themselves in one of several slots, by their thread, so that they share no cache line:
//
//     reader   count up; if someone writes, count down and wait
//     writer   say so; wait until each count is zero
//
// Of a reader that counts and a writer that says so at once, one sees the other, since both are
// sequentially consistent.
class reader_lock {
public:
    void lock_shared() noexcept {
        auto& readers = own().readers;
        while (readers.fetch_add(1), writing_.load()) {
            readers.fetch_sub(1);
            writing_.wait(true);
        }
    }
    void unlock_shared() noexcept { own().readers.fetch_sub(1); }

    void lock() {
        writers_.lock();
        writing_.store(true);
        for (slot const& at : slots_) {
            while (at.readers.load() != 0) std::this_thread::yield();
        }
    }
    void unlock() noexcept {
        writing_.store(false);
        writing_.notify_all();
        writers_.unlock();
    }

private:
    struct alignas(64) slot {
        std::atomic<unsigned> readers{0};
    };

    slot& own() noexcept {
        auto const thread = std::hash<std::thread::id>{}(std::this_thread::get_id());
        return slots_[thread % slots_.size()];
    }

    std::array<slot, 8> slots_;
    std::atomic<bool> writing_{false};
    std::mutex writers_;
};

} // namespace restat::detail
