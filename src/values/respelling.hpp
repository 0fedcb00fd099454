#pragma once

#include "snapshot_assembly.hpp"

#include <restat/detail/owned.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A scan with other roots may give a path another name, for example `/home/w/f` instead of `w/f`.
// The scan compares the tree with a known snapshot that has the new names already.
//
//     known       w/d/f  w/g                 names   w/d -> /home/w/d
//     respelled   /home/w/d/f  w/g
namespace restat::detail {

/// The names of paths in a scan with other roots than the previous scan.
struct path_names {
    std::function<std::string(std::string_view)> name_of;   ///< of a path with its former name
    std::function<bool(std::string_view)> was_root;         ///< by its former name
    std::function<bool(std::string_view)> may_have_root_in; ///< a directory
};

/// Returns the new name of a path. Of the paths not found in a listing, only roots have a new
/// name: other enumerators name their files themselves.
std::string new_name(std::string path, bool is_listed, path_names const& names);

/// Makes a copy of a known snapshot with new names, a step at a time. The listed names of a
/// directory get the name of their directory, unless the path is a root now.
///
///     checking -> gathering, ordering, expecting, copying, finishing, freeing -> done
///         |         (some path has a new name)                                    |
///         +-----------------------------------------------------------------------+
///
/// \cost linear in the size of the snapshot; a step takes some rows or a single directory
class RESTAT_EXPORT respelling {
public:
    /// The snapshot must not change before the last step.
    respelling(snapshot::contents const& known, path_names names);

    /// Takes the next step. Returns false at the end.
    bool step();
    bool is_done() const noexcept { return stage_ == stage::done; }
    /// Returns whether the snapshot has changed since the first step.
    bool is_outdated() const noexcept { return known_.unfinal != unfinal_; }

    path_names const& names() const noexcept { return names_; }
    snapshot::contents const& known() const noexcept { return known_; }
    /// Returns the copy, after the last step; null if no path has a new name.
    owned<snapshot::contents>& copy() noexcept { return copy_; }

private:
    using piece = snapshot::contents::piece;
    enum class stage : std::uint8_t {
        checking,       ///< searches for a path with a new name
        gathering,      ///< gathers the directories under their new names, and the roots apart
        ordering,       ///< sorts the directories
        ordering_loose, ///< sorts the roots
        preparing,      ///< groups the roots by directory
        expecting,      ///< sums up the directories
        copying,        ///< copies directories in order of path
        finishing,      ///< links each directory with its parent, and orders the rows
        freeing,        ///< frees the gathered directories
        done,
    };

    bool check_some();
    bool gather_some();
    bool order_some();
    bool expect_next();
    bool copy_next();
    bool has_new_name(std::uint32_t directory, row const& one) const;
    void begin_directory(std::uint32_t at);
    void add_loose(std::uint32_t at, row const& one);
    bool is_repeated(std::size_t at) const noexcept;

    snapshot::contents const& known_;
    std::size_t const unfinal_;
    path_names const names_;
    stage stage_ = stage::checking;
    std::uint32_t directory_ = 0; // next directory of the known snapshot, or next piece
    std::size_t row_ = 0;         // next row of this directory
    bool has_begun_ = false;      // to gather this directory
    bool may_differ_ = false;     // names in this directory may be roots now
    std::string key_;             // new path of this directory
    row_store made_;
    loose_rows loose_;
    std::vector<piece> pieces_;
    stepwise_sort<piece> piece_sort_;
    loose_order loose_order_;
    std::optional<snapshot_assembly> assembly_;
    owned<snapshot::contents> copy_;
};

} // namespace restat::detail
