#pragma once

#include <restat/error.hpp>

#include "snapshot_contents.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a scan came upon, apart from what it compared with.
namespace restat::detail {

/// What became of a known directory.
enum class fate : std::uint8_t {
    gone,     ///< nobody came by
    same,     ///< has the same names
    kept,     ///< could not be read
    replaced, ///< has other names, and stands among what is fresh
};

/// What one thread of a scan came upon.
struct scan_harvest {
    struct edit {
        std::uint32_t at; ///< row of the known snapshot
        row now;          ///< of the kinds in `fresh`
    };
    struct stamp_edit {
        std::uint32_t directory;
        directory_row now;
    };

    std::vector<edit> edits;
    std::vector<stamp_edit> stamps;
    row_store fresh;                  ///< directories that are new or have other names
    loose_rows loose;                 ///< files that are new roots, or came up late
    std::vector<std::uint32_t> named; ///< known rows that still are roots
    std::vector<finding> findings;
    std::vector<std::string> revealed;
    std::vector<std::string> hidden;
    std::vector<std::string> steady;        ///< compared as ever, though below one of those
    std::vector<std::string_view> readable; ///< roots below other roots that could be opened
    std::vector<std::string> unfinished;    ///< directories to be listed again, with the slash

    void clear() noexcept;
};

struct snapshot_delta {
    snapshot::contents const* known = nullptr;                 ///< none if nothing was
    std::vector<finding> const* unread = nullptr;              ///< what could not be read so far
    std::vector<std::string> const* readable_before = nullptr; ///< roots below that, that were
    std::vector<fate> fates;                                   ///< of each known directory
    std::vector<scan_harvest> harvests;                        ///< one for each thread
    std::vector<std::string> revealed;
    std::vector<std::string> hidden;
    std::vector<std::string> steady;   ///< compared as ever, though below one of those
    std::vector<std::string> readable; ///< roots that were read, below what could not be
    std::vector<finding> findings;
    std::vector<std::string> scope; ///< directories, with the slash, and files; in order
    bool scoped = false;            ///< whether only those are looked at
    bool led_out = false;           ///< what came into them may have come from elsewhere
    bool list_all = false;
    bool pending = false;      ///< whether a scan was begun and not applied
    bool restructured = false; ///< whether names came or went

    /// Forgets what a scan came upon, and makes room for that of so many threads.
    RESTAT_EXPORT void restart(std::size_t threads);
    /// Forgets it all, as it was made use of.
    void applied() noexcept;
    /// Puts together what each thread has.
    RESTAT_EXPORT void conclude();
    /// Adds files that stand for themselves, each of which is a root; then concludes once more.
    void join(snapshot const& found);
    /// Whether a root was read in the scan before though it lies below what could not be.
    bool was_readable(std::string_view root) const noexcept {
        return readable_before && std::find(readable_before->begin(), readable_before->end(),
                                            root) != readable_before->end();
    }
    /// Whether a known row is a root no more, or one of a directory that is gone.
    bool is_gone(std::uint32_t row, std::uint32_t directory) const noexcept;
    /// Has all stay as it is known that a limited scan does not look at.
    RESTAT_EXPORT void keep_all() noexcept;
    /// Whether a limited scan looks at this directory, or goes through it. With or without slash.
    RESTAT_EXPORT bool is_in_scope(std::string_view path) const noexcept;
    RESTAT_EXPORT bool is_on_the_way(std::string_view path) const noexcept;
    /// Whether it looks at the directory of a path.
    RESTAT_EXPORT bool is_beside(std::string_view path) const noexcept;

    std::vector<std::uint32_t> named; ///< of all threads, in order

private:
    void join(entry const& found);
    void note_steady(snapshot const& found);
    void keep_named(std::string_view top);
    void leave_to_listing();
    void keep_findings();
    void select_readable();
};

} // namespace restat::detail
