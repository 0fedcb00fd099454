#pragma once

#include "snapshot_assembly.hpp"
#include "snapshot_delta.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace restat::detail {

/// Prepares the next snapshot from the known snapshot and the result of a scan, a step at a time.
/// The known snapshot does not change before `commit`, so a renewal may be dropped at any time.
///
/// If names were added or removed, the renewal assembles a second snapshot beside the known
/// snapshot. Otherwise `commit` replaces rows of the known snapshot in place.
class snapshot_renewal {
public:
    enum class range : std::uint8_t {
        edits, ///< only records of known rows; the scan may still be under way
        all,
    };

    /// Neither argument may change while the renewal exists.
    snapshot_renewal(snapshot_delta& delta, snapshot& known, range of);

    /// Takes the next step. Returns false if the snapshot is prepared.
    bool step();
    /// Brings the known snapshot up to date.
    void commit() noexcept;
    /// Returns the contents before `commit`, if the renewal assembled others. The caller may free
    /// them later.
    owned<snapshot::contents> take_replaced() noexcept { return std::move(made_); }

private:
    using contents = snapshot::contents;
    using piece = contents::piece;
    enum class stage : std::uint8_t {
        taking,    ///< takes edits with their kinds, to replace rows in place
        known,     ///< gathers the known directories and the roots in them
        fresh,     ///< gathers the listed directories and the roots in them
        order,     ///< sorts the listed directories
        loose,     ///< sorts the roots
        grouping,  ///< groups the roots by directory
        expecting, ///< sums up the known directories to be copied
        copying,   ///< copies directories in order of path
        finishing, ///< links each directory with its parent, and orders the rows
        edits,     ///< writes edits into the next snapshot
        marks,     ///< writes the marks of listings into the next snapshot
        done,
    };

    bool take_edit();
    bool gather_known();
    bool gather_fresh();
    bool order_fresh();
    bool expect_next();
    bool copy_next();
    bool put_edit();
    bool put_mark();
    void finish_copying();
    bool stays(std::uint32_t directory) const noexcept;
    bool gather_named();
    void begin_rest();
    void gather_rest();
    bool next_item(std::size_t size) noexcept;
    void replace_in_place() noexcept;
    void mark_unfinished(contents& of) const noexcept;

    snapshot_delta& delta_;
    snapshot& known_;
    contents* all_ = nullptr; // of the known snapshot; null for an empty snapshot
    range range_;
    stage stage_ = stage::taking;
    std::size_t harvest_ = 0;
    std::size_t item_ = 0;
    std::uint32_t directory_ = 0;
    bool gathers_rest_ = false;             // of the directory, from row `item_`
    bool has_named_ = false;                // a row of the directory is a root
    std::vector<scan_harvest::edit> edits_; // with the kinds of the known snapshot
    std::vector<bool> copied_apart_; // known directories with roots: their rows are in rest_
    std::vector<piece> fresh_;
    stepwise_sort<piece> fresh_sort_;
    std::size_t next_fresh_ = 0;
    row_store rest_;
    loose_rows loose_;
    loose_order loose_order_;
    std::optional<snapshot_assembly> assembly_;
    owned<contents> made_;
};

} // namespace restat::detail
