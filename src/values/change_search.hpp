#pragma once

#include <restat/change_set.hpp>

#include "found_change.hpp"
#include "snapshot_delta.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat::detail {

/// Finds the changes in the result of a scan, a step at a time and in no order. A search may find
/// two changes of a path: the first counts.
class change_search {
public:
    enum class range : std::uint8_t {
        edits, ///< each known row whose record differs, also in fields that are no edit
        all,   ///< edits of known rows, and added and removed names
    };

    change_search(snapshot_delta const& delta, range of) : delta_{delta}, range_{of} {}

    /// Takes the next step. Returns false at the end of the search.
    bool step(std::optional<found_change>& found);
    /// Returns the path that came into view in the last step without a change, and whose record is
    /// not final; empty if there is none.
    std::string take_early() noexcept { return std::exchange(early_, {}); }

private:
    enum class stage : std::uint8_t { loose, edits, gone, fresh, done };

    bool step_loose();
    bool step_edits();
    bool step_gone();
    bool step_fresh();
    void begin_fresh(row_store const& fresh);
    bool next_item(std::size_t size) noexcept;

    bool is_listed(std::uint32_t directory, row const& old) const;
    bool is_loose(split_path path) const;
    bool is_known_name(std::string_view name) const noexcept;
    void note_early(entry const& now);
    void compare(entry const& old, entry const& now);
    void added(entry const& now);
    void removed(entry const& old);

    snapshot_delta const& delta_;
    range range_;
    stage stage_ = stage::loose;
    std::size_t harvest_ = 0;
    std::size_t item_ = 0;        // index in the harvest
    std::uint32_t directory_ = 0; // known directory that is searched
    std::uint32_t row_ = 0;       // index in this directory
    // The comparison of a listed directory with the known directory of its path.
    bool has_begun_ = false;
    std::uint32_t known_at_ = directory_row::no_directory;
    std::span<row const> now_;
    std::span<row const> was_;
    std::optional<found_change> found_;
    std::string early_;
};

/// Returns the changes of a whole search, in order of path, each path once.
change_set find_changes(snapshot_delta const& delta, change_search::range of);

} // namespace restat::detail
