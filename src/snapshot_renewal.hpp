#pragma once

#include "snapshot_assembly.hpp"
#include "snapshot_delta.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace restat::detail {

/// Prepares, a step at a time, the snapshot that a known one and the result of a scan make. What
/// is known does not change before `commit`, so a renewal may be dropped at any time.
///
/// Where names came or went, the rows of the next snapshot are copied together; else the rows of
/// the known snapshot are replaced in place.
class snapshot_renewal {
public:
    enum class range : std::uint8_t {
        edits, ///< only records of known rows, of a scan that may still be under way
        all,
    };

    /// Both must stand still until the end.
    snapshot_renewal(snapshot_delta& delta, snapshot& known, range of);

    /// False if all is prepared.
    bool step();
    /// Brings the known snapshot up to date.
    void commit() noexcept;

private:
    using contents = snapshot::contents;
    using piece = contents::piece;
    enum class stage : std::uint8_t {
        taking,    ///< edits, with their kinds
        known,     ///< directories are counted, and their roots gathered
        fresh,     ///< directories likewise
        order,     ///< of the fresh directories
        copying,   ///< both, in order of path
        finishing, ///< what refers from one directory to another
        edits,     ///< are put into the next snapshot
        stamps,    ///< likewise
        done,
    };

    bool take_edit();
    bool gather_known();
    bool gather_fresh();
    bool order_fresh();
    bool copy_next();
    bool put_edit();
    bool put_stamp();
    void begin_copying();
    void finish_copying();
    bool stays(std::uint32_t directory) const noexcept;
    bool gather_named(std::uint32_t directory);
    void gather_rest(std::uint32_t directory);
    bool next_item(std::size_t size) noexcept;
    void replace_in_place() noexcept;
    void mark_unfinished(contents& of) const noexcept;

    snapshot_delta& delta_;
    snapshot& known_;
    contents* all_; // of the known snapshot; none if it is empty
    range range_;
    stage stage_ = stage::taking;
    std::size_t harvest_ = 0;
    std::size_t item_ = 0;
    std::uint32_t directory_ = 0;
    std::vector<scan_harvest::edit> edits_; // of the kinds of what is known
    std::vector<bool> copied_apart_; // known directories with roots: their rows are in rest_
    std::vector<piece> fresh_;       // a heap, then in order
    std::size_t heap_ = 0;           // how many of them are one
    std::size_t next_fresh_ = 0;
    row_store rest_;
    loose_rows loose_;
    std::optional<snapshot_assembly> assembly_;
    owned<contents> made_;
};

} // namespace restat::detail
