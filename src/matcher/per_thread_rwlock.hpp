#pragma once

#include "base/hash.hpp"

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>

namespace restat::detail {

// A lock for data with frequent reads by all threads and rare writes. A reader takes a seat,
// preferably its own, so that readers neither wait for each other nor share a cache line. While a
// reader holds a seat, the memory of the seat is private to the reader. A writer takes all seats
// and clears the memory of each.
//
// A thread with a seat must neither read nor write again.
template <class Memory>
class per_thread_rwlock {
    struct alignas(64) seat {
        std::atomic<bool> taken{false};
        Memory memory{};
    };

public:
    class reading {
    public:
        explicit reading(per_thread_rwlock& in) noexcept : seat_{in.sit()} {}
        ~reading() { seat_.taken.store(false, std::memory_order_release); }
        reading(reading const&) = delete;
        reading& operator=(reading const&) = delete;

        Memory& memory() const noexcept { return seat_.memory; }

    private:
        seat& seat_;
    };

    class writing {
    public:
        explicit writing(per_thread_rwlock& in) : in_{in}, alone_{in.writers_} {
            for (seat& at : in_.seats_) {
                while (at.taken.exchange(true, std::memory_order_acquire)) {
                    std::this_thread::yield();
                }
            }
        }
        ~writing() {
            for (seat& at : in_.seats_) {
                at.memory = {};
                at.taken.store(false, std::memory_order_release);
            }
        }
        writing(writing const&) = delete;
        writing& operator=(writing const&) = delete;

    private:
        per_thread_rwlock& in_;
        std::lock_guard<std::mutex> alone_;
    };

private:
    // Avoids `std::hash`, which processes each byte of the identifier.
    static std::size_t own_seat() noexcept {
        auto const self = std::bit_cast<std::uintptr_t>(std::this_thread::get_id());
        return static_cast<std::size_t>(hash_word(self) >> 32);
    }

    seat& sit() noexcept {
        auto const own = own_seat();
        for (std::size_t tried = 0;; ++tried) {
            seat& at = seats_[(own + tried) % seats_.size()];
            if (!at.taken.exchange(true, std::memory_order_acquire)) return at;
            if (tried % seats_.size() == seats_.size() - 1) std::this_thread::yield();
        }
    }

    std::array<seat, 16> seats_;
    std::mutex writers_;
};

} // namespace restat::detail
