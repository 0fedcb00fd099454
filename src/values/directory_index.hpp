#pragma once

#include "object_id.hpp"

#include <restat/export.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace restat::detail {

struct row_store;

/// Finds the directories of a store by their identity. A directory with several paths has several
/// rows, for example because of a bind mount or a followed link.
///
///     directories  0 {1,7}   1 {1,9}   2 {1,7}
///     slots        -  3  1  -  -  2  -  -        number plus one, at the place of the identity
///                                                or at the next free slot
///
/// The store may change the identity of a directory only together with a new index.
/// \cost constant per search; 6 to 12 bytes per directory
class RESTAT_EXPORT directory_index {
public:
    /// Prepares the index of a store. `add_some` must follow until it returns false.
    explicit directory_index(row_store const& of);
    /// Adds the next directories of the store. Returns false at the end.
    bool add_some(row_store const& of);

    /// Returns whether `is_wanted` is true for a directory with this identity.
    template <class Predicate>
    bool any_of(row_store const& of, object_id id, Predicate is_wanted) const {
        std::size_t const mask = slots_.size() - 1;
        for (std::size_t at = place_of(id) & mask; slots_[at] != 0; at = (at + 1) & mask) {
            auto const directory = slots_[at] - 1;
            if (is_at(of, directory, id) && is_wanted(directory)) return true;
        }
        return false;
    }

private:
    static bool is_at(row_store const& of, std::uint32_t directory, object_id id) noexcept;

    std::vector<std::uint32_t> slots_; // number of the directory plus one; 0 if free
    std::uint32_t next_ = 0;           // directory to be added
};

/// Holds the index of a snapshot, made by the first scan that needs the index. A copy of the
/// snapshot has none at first.
/// \threads any for the const members: of several indexes made at once, the first stays
class lazy_index {
public:
    lazy_index() noexcept = default;
    lazy_index(lazy_index const&) noexcept {}
    lazy_index& operator=(lazy_index const&) noexcept {
        drop();
        return *this;
    }
    ~lazy_index() { drop(); }

    /// Returns null if there is no index.
    directory_index const* get() const noexcept { return made_.load(std::memory_order_acquire); }
    void set(std::unique_ptr<directory_index const> made) const noexcept {
        directory_index const* none = nullptr;
        if (made_.compare_exchange_strong(none, made.get())) made.release();
    }
    /// Drops the index, because a directory has another identity.
    void drop() noexcept { delete made_.exchange(nullptr); }

private:
    mutable std::atomic<directory_index const*> made_{nullptr};
};

} // namespace restat::detail
