#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <thread>

namespace restat::detail {

// A lock for what is read by all threads all the time and hardly ever written: each reader takes
// one of several locks, by its thread, a writer all of them. So readers share no cache line.
class reader_lock {
public:
    void lock_shared() noexcept { own().mutex.lock_shared(); }
    void unlock_shared() noexcept { own().mutex.unlock_shared(); }

    void lock() {
        for (slot& at : slots_) at.mutex.lock();
    }
    void unlock() noexcept {
        for (slot& at : slots_) at.mutex.unlock();
    }

private:
    struct alignas(64) slot {
        std::shared_mutex mutex;
    };

    slot& own() noexcept {
        auto const thread = std::hash<std::thread::id>{}(std::this_thread::get_id());
        return slots_[thread % slots_.size()];
    }

    std::array<slot, 8> slots_;
};

} // namespace restat::detail
