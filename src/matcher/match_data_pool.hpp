#pragma once

#include "base/hash.hpp"
#include "pcre2_handle.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace restat::detail {

// The memory that matches write to: a few slots, each lent to a single thread at a time.
// Thread-local memory would be global state, and memory per match an allocation. Each thread
// starts its search at a slot derived from its stack address, so that it finds the same free slot
// again.
class match_data_pool {
    struct slot;

public:
    match_data_pool() {
        for (slot& one : slots_) one.data = make_match_data();
    }

    // A loan of match data for its lifetime; null if there is no memory.
    class loan {
    public:
        explicit loan(match_data_pool const& from) noexcept : from_{from.take()} {
            if (!from_) own_ = make_match_data();
        }
        loan(loan const&) = delete;
        ~loan() {
            if (from_) from_->taken.store(false, std::memory_order_release);
        }

        pcre2_match_data* get() const noexcept { return from_ ? from_->data.get() : own_.get(); }

    private:
        slot const* from_;
        pcre2_ptr<pcre2_match_data> own_; // if every slot is lent
    };

private:
    struct alignas(64) slot {
        pcre2_ptr<pcre2_match_data> data;
        mutable std::atomic<bool> taken{false};
    };

    // Makes match data for the start and end of the match alone, without groups.
    static pcre2_ptr<pcre2_match_data> make_match_data() noexcept {
        return pcre2_ptr<pcre2_match_data>{pcre2_match_data_create(1, nullptr)};
    }

    slot const* take() const noexcept {
        int const here = 0;
        auto const place = static_cast<std::size_t>(
            hash_word(reinterpret_cast<std::uintptr_t>(&here) >> 16) >> 32);
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            slot const& one = slots_[(place + i) % slots_.size()];
            if (one.data && !one.taken.exchange(true, std::memory_order_acquire)) return &one;
        }
        return nullptr;
    }

    std::array<slot, 16> slots_;
};

} // namespace restat::detail
