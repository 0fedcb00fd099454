#pragma once

#include <restat/file_system/watches.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace restat::detail {

/// The watches of a queue, with the directory of each, found by either.
///
/// The rows are sorted by the number of the watch. A queue counts its watches upward, so almost
/// every new row is among the last. A hash table by identity holds the numbers of the rows.
/// \cost about 24 bytes a directory; a search by watch is logarithmic
class watch_table {
public:
    /// Finds the directory of a watch. Returns false for an unknown watch.
    bool find(int watch, file_identity& of) const noexcept;
    /// Returns the watch of a directory, or 0.
    int find(file_identity of) const noexcept;
    /// Returns true if the directory has a watch that is not in doubt.
    bool is_sure(file_identity of) const noexcept;
    /// Returns the number of watches that are not in doubt.
    std::size_t sure() const noexcept { return sure_; }

    /// Adds the watch of a directory, or ends the doubt about this watch. Returns false, without an
    /// effect, if the table has no room for another device or row.
    [[nodiscard]] bool put(int watch, file_identity of);
    /// Removes a watch, if known.
    void erase(int watch) noexcept;
    /// Puts the watch of a directory in doubt.
    void doubt(file_identity of) noexcept;
    /// Puts all watches in doubt.
    void doubt_all() noexcept;

private:
    struct row {
        std::uint64_t inode;
        std::uint32_t watch;
        std::uint16_t device; // an index
        bool is_live;
        bool is_sure;
    };

    static bool is_before(row const& one, std::uint32_t watch) noexcept {
        return one.watch < watch;
    }
    row* row_of(std::uint32_t watch) noexcept;
    row const* row_of(std::uint32_t watch) const noexcept {
        return const_cast<watch_table*>(this)->row_of(watch);
    }
    row* row_of(file_identity of) noexcept;
    row const* row_of(file_identity of) const noexcept {
        return const_cast<watch_table*>(this)->row_of(of);
    }
    file_identity identity_of(row const& one) const noexcept {
        return {devices_[one.device], one.inode};
    }
    std::size_t slot_with(std::size_t number, row const& one) const noexcept;
    void fill_slot(std::size_t index) noexcept;
    bool find_device(std::uint64_t device, std::uint16_t& index);
    void make_room();
    void erase(row& one) noexcept;
    void insert(row const& made);

    std::vector<row> rows_;
    std::size_t live_ = 0; // rows; the others are removed by the next growth
    std::size_t sure_ = 0;
    std::vector<std::uint64_t> devices_;
    std::vector<std::uint32_t> slots_; // numbers of rows, from 1 on, below 8 bits of the hash
    std::size_t used_ = 0;             // slots that are not free
};

} // namespace restat::detail
