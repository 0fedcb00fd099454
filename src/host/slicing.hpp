#pragma once

#include <restat/change_set.hpp>
#include <restat/snapshot.hpp>
#include <restat/snapshot_update.hpp>
#include <restat/time_point.hpp>

#include "values/discarded_paths.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// The priority files of a scan in slices, and the age of its entries.
///
///     last pass      |--------|--------|--------|--------|      a mark for each slice: its begin,
///     this pass      |------------|------------|                and the entries checked before
///                                              ^ last check of the next entry
class slicing {
public:
    /// Gives the files at and below a path priority. Ignores an empty path.
    void pin(std::string_view path);
    void unpin(std::string_view path);
    /// Gives edited files priority for a limited time.
    void edited(change_set const& which, time_point now);
    /// Takes the snapshot after names were added or removed. Its address must stay the same.
    void restructured(snapshot const& latest) noexcept;
    /// Checks these files once, in turn with the other priority files.
    void check(std::vector<std::string> files) noexcept;
    bool has_checked() const noexcept { return checked_ == to_check_.size(); }
    /// Returns the files among them that could not be checked by their paths. Forgets all of them.
    std::vector<std::string> take_unchecked();
    /// Frees a few paths of an earlier `check`. Returns false if none is left.
    bool free_some() noexcept { return dropped_.free_some(); }

    /// The priority files that a slice gives.
    enum class given_files : unsigned char { all, checks, none };
    void slice_began(time_point now, given_files which);
    /// Notes that the slice gave a file of another kind.
    void gave_other() noexcept { ++given_; }
    /// Returns the position of the next priority file in the latest snapshot, continuing after that
    /// of the last slice. Returns nothing after each file was given in this slice.
    std::optional<std::size_t> next_priority();
    /// Returns the position of a path in the latest snapshot, or `no_position`.
    std::size_t position_of(std::string_view path) const noexcept;
    /// Notes that the file given last could not be checked by its path.
    void missed_priority();
    /// Returns whether the scan asked for no priority file.
    bool was_not_asked() const noexcept { return given_ == 0 && gives_ != given_files::none; }
    bool has_priority() const noexcept { return pinned() + recent_edits_.size() > 0; }

    /// Returns the number of priority files given in this slice.
    std::size_t given() const noexcept { return given_; }

    void pass_began(time_point now);
    /// Notes the number of entries checked so far in this pass.
    void note_checked(std::size_t entries);
    void pass_ended();
    /// Notes a whole scan.
    void scanned_at_once(time_point began);
    void pass_given_up() noexcept { now_.clear(); }
    /// Returns the time of the last check of the next entry.
    time_point oldest() const noexcept;
    /// Returns the longest time between the begins of two slices after the last call.
    std::chrono::nanoseconds longest_gap() noexcept;

private:
    struct mark {
        time_point at;
        std::size_t entries; // checked by the end of the slice
    };
    struct recent_edit {
        std::string path;
        time_point at;
    };

    /// Pinned files, by their indexes in the snapshot.
    struct index_range {
        std::size_t begin;
        std::size_t end;
    };

    void add_pinned(std::string_view pin) noexcept;
    std::size_t pinned() const noexcept;
    std::size_t pinned_position(std::size_t number) const noexcept;

    std::vector<std::string> pins_;
    std::vector<index_range> pinned_; // has room for all pins
    snapshot const* latest_ = nullptr;
    std::size_t latest_size_ = 0;           // at the last `restructured`
    std::vector<recent_edit> recent_edits_; // the last edit first
    std::size_t next_ = 0;                  // index of the next pinned or recently edited file
    std::size_t turned_ = 0;                // these files given in this slice
    std::size_t given_ = 0;                 // files given in this slice
    std::vector<std::string> to_check_;
    std::string given_check_;            // of these files, given last
    discarded_paths dropped_;            // of an earlier check
    std::size_t checked_ = 0;            // number of checked paths, now empty strings
    std::vector<std::string> unchecked_; // paths that could not be checked by themselves
    bool gave_check_ = false;            // the file given last is from `to_check_`
    given_files gives_ = given_files::all;
    std::vector<mark> before_;
    std::vector<mark> now_;
    time_point slice_{};
    std::chrono::nanoseconds gap_{};
};

} // namespace restat::detail
