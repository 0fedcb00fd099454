#pragma once

#include <restat/error.hpp>

#include "directory_fates.hpp"
#include "discarded_paths.hpp"
#include "respelling.hpp"
#include "view_tops.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// The result of a scan: its differences from the known snapshot.
namespace restat::detail {

/// The differences found by a single thread of a scan.
struct scan_harvest {
    struct edit {
        std::uint32_t at; ///< row of the known snapshot
        row now;          ///< with the kinds of `fresh`
    };
    struct mark_edit {
        std::uint32_t directory;
        listing_mark now;
    };

    std::vector<edit> edits;
    std::vector<mark_edit> marks;
    row_store fresh;                  ///< new directories, and directories with other names
    loose_rows loose;                 ///< new root files, and files found late
    std::vector<std::uint32_t> named; ///< known rows of current roots
    std::vector<finding> findings;
    std::vector<std::string> revealed;
    std::vector<std::string> hidden;
    /// Paths compared as usual, below revealed or hidden paths.
    std::vector<std::string> steady;
    std::vector<std::string> renamed;       ///< former and new names of subtrees
    std::vector<std::string_view> readable; ///< readable roots below other roots
    std::vector<std::string> unfinished;    ///< directories to list again, with a slash
    row_store discarded;                    ///< many rows of an earlier scan, to be freed

    /// Discards the results. Keeps their memory for the next scan, except for that of many rows.
    void clear() noexcept;
};

struct snapshot_delta {
    snapshot::contents const* known = nullptr;    ///< null if no snapshot is known
    std::vector<finding> const* unread = nullptr; ///< findings of the known snapshot
    std::vector<std::string> const* readable_before =
        nullptr; ///< readable roots below unread paths
    directory_fates fates;
    std::vector<scan_harvest> harvests; ///< of each thread
    std::vector<std::string> revealed;
    std::vector<std::string> hidden;
    /// Paths compared as usual, below revealed or hidden paths.
    std::vector<std::string> steady;
    std::vector<std::string> renamed;  ///< former and new names of subtrees
    std::vector<std::string> readable; ///< readable roots below unreadable paths
    std::vector<finding> findings;
    std::vector<std::string> scope; ///< directories and files, with a slash; in order
    bool scoped = false;            ///< the scan checks only the scope
    bool led_out = false;           ///< the scope has a directory known outside the scope
    bool list_all = false;          ///< the next scan lists every directory
    bool pending = false;           ///< a scan was begun and not applied
    bool restructured = false;      ///< names were added or removed

    /// A copy of the known snapshot with the names of this scan, until its adoption; null if no
    /// path has a new name.
    std::unique_ptr<respelling> respelled;
    std::unique_ptr<directory_index> indexing; ///< of the known snapshot, not complete
    bool has_other_names = false; ///< the known snapshot took names of a scan not yet applied
    std::vector<owned<snapshot::contents>> replaced; ///< under former names, to be freed
    discarded_paths discarded;                       ///< of an earlier scan, to be freed

    /// Begins a copy of the known snapshot under new names. `respell_some` must follow.
    RESTAT_EXPORT void respell(path_names names);
    /// Takes the next step of the copy. Returns false at the end: this scan compares with the copy,
    /// if some path has a new name.
    RESTAT_EXPORT bool respell_some();
    bool is_respelling() const noexcept { return respelled && !respelled->is_done(); }
    /// Drops the copy: this scan compares with the former names.
    RESTAT_EXPORT void drop_names() noexcept;
    /// Returns whether the known snapshot has to adopt the names of this scan.
    bool has_new_names() const noexcept {
        return respelled && respelled->is_done() && respelled->copy();
    }
    /// Gives the known snapshot the names of this scan. The result of the scan stays valid.
    void adopt_names(snapshot& known_one) noexcept;
    /// Takes the next step of the index of the known directories, before a limited scan visits
    /// directories. Returns false at the end, or if the scan needs no index.
    RESTAT_EXPORT bool index_some();
    /// Discards the result of the last scan, and prepares for a scan with this number of threads.
    RESTAT_EXPORT void restart(std::size_t threads);
    /// Discards the result after its use.
    void applied() noexcept;
    /// Frees a part of the discarded rows and snapshots. Returns false if none is left.
    bool free_some() noexcept;
    void free_all() noexcept {
        while (free_some()) continue;
    }
    /// Returns the number of known rows with other records.
    std::size_t edits() const noexcept;
    /// Takes the next step of the conclusion, which combines the harvests of all threads. Returns
    /// false at the end. Later harvests need another conclusion.
    ///
    ///     gathering -> ordering_revealed -> ordering_hidden -> none
    ///         |         (many paths hidden or revealed)         |
    ///         +-------------------------------------------------+
    RESTAT_EXPORT bool conclude_some();
    void conclude() {
        while (conclude_some()) continue;
    }
    bool is_concluding() const noexcept { return conclusion_ != conclusion::none; }
    /// Adds the entries of other enumerators, each as a root; then concludes again.
    void join(snapshot const& found);
    /// Returns whether the previous scan read a root below an unreadable path.
    bool was_readable(std::string_view root) const noexcept {
        return readable_before && std::find(readable_before->begin(), readable_before->end(),
                                            root) != readable_before->end();
    }
    /// Returns whether a known row is a former root, or a row of a removed directory.
    bool is_gone(std::uint32_t row, std::uint32_t directory) const noexcept;
    /// Returns whether this scan could not read a known file, nor list its directory.
    RESTAT_EXPORT bool is_unread(std::string_view path, std::uint32_t row) const;
    /// Returns whether the scope has this directory (path with its slash).
    RESTAT_EXPORT bool is_in_scope(std::string_view path) const noexcept;
    /// Returns whether a path of the scope is at or below this path, with or without a slash.
    RESTAT_EXPORT bool is_on_the_way(std::string_view path) const noexcept;
    /// Returns whether a limited scan checks the directory of a path.
    RESTAT_EXPORT bool is_beside(std::string_view path) const noexcept;

    std::vector<std::uint32_t> named; ///< known rows of current roots, from all threads, in order

private:
    enum class conclusion : std::uint8_t { none, ordering_revealed, ordering_hidden };

    void clear_harvests() noexcept;
    void gather();
    void free_later(owned<snapshot::contents> old) noexcept;
    void join(entry const& found);
    void note_steady(snapshot const& found);
    void keep_named(std::string_view top);
    void leave_to_listing();
    void keep_findings();
    void select_readable();

    conclusion conclusion_ = conclusion::none;
    unique_sort order_; // of the paths being ordered
};

} // namespace restat::detail
