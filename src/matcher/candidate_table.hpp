#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace restat::detail {

// A hash table of globs that may match a text, by a hash whose high bits are the best. A bit
// array in front rejects most unknown hashes without access to the table itself.
class candidate_table {
public:
    using glob_id = std::uint32_t;

    void add(std::uint64_t hash, glob_id glob) { globs_.emplace_back(hash, glob); }

    // Builds the table, once, after the last `add`.
    void build() {
        std::stable_sort(globs_.begin(), globs_.end(),
                         [](auto const& a, auto const& b) { return a.first < b.first; });
        while (std::size_t{1} << bits_ < globs_.size() * 2) ++bits_;
        slots_.assign(std::size_t{1} << bits_, {});
        filter_.assign((std::size_t{1} << (64 - filter_shift())) / 64, 0);
        for (std::size_t begin = 0; begin < globs_.size();) {
            auto end = begin;
            while (end < globs_.size() && globs_[end].first == globs_[begin].first) ++end;
            place(begin, end);
            begin = end;
        }
    }

    bool empty() const noexcept { return globs_.empty(); }

    // The bit array, copied by callers who test many hashes.
    struct filter {
        // Returns false if no glob has this hash; true if a glob probably has.
        bool may_have(std::uint64_t hash) const noexcept {
            auto const bit = hash >> shift;
            return (bits[bit / 64] >> bit % 64 & 1) != 0;
        }

        std::uint64_t const* bits;
        unsigned shift;
    };
    // Returns the bit array. The table must not be empty.
    filter filter_bits() const noexcept { return {filter_.data(), filter_shift()}; }

    // Calls `found` for each glob with this hash, in order of insertion, until a call returns
    // true. Returns whether any call did.
    template <class Found>
    bool visit(std::uint64_t hash, Found found) const {
        if (globs_.empty() || !filter_bits().may_have(hash)) return false;
        for (auto at = slot_of(hash); slots_[at].end != 0; at = (at + 1) & (slots_.size() - 1)) {
            auto const [begin, end] = slots_[at];
            if (globs_[begin].first != hash) continue;
            for (auto i = begin; i < end; ++i) {
                if (found(globs_[i].second)) return true;
            }
            return false;
        }
        return false;
    }
    template <class Found>
    bool visit_all(Found found) const {
        return std::any_of(globs_.begin(), globs_.end(),
                           [&](auto const& one) { return found(one.second); });
    }

private:
    struct slot {
        std::uint32_t begin = 0; // in globs_
        std::uint32_t end = 0;   // 0 in a free slot
    };

    std::size_t slot_of(std::uint64_t hash) const noexcept {
        return static_cast<std::size_t>(hash >> (64 - bits_));
    }
    // At most a few percent of the bits are set; less than 2 KiB would save nothing.
    unsigned filter_shift() const noexcept { return 64 - std::max(bits_ + 4, 14U); }
    void place(std::size_t begin, std::size_t end) {
        auto const hash = globs_[begin].first;
        auto at = slot_of(hash);
        while (slots_[at].end != 0) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
        auto const bit = static_cast<std::size_t>(hash >> filter_shift());
        filter_[bit / 64] |= std::uint64_t{1} << bit % 64;
    }

    std::vector<std::pair<std::uint64_t, glob_id>> globs_; // sorted by hash
    unsigned bits_ = 3;                                    // of an index into slots_
    std::vector<slot> slots_;
    std::vector<std::uint64_t> filter_;
};

} // namespace restat::detail
