#pragma once

#include <restat/change_set.hpp>
#include <restat/export.hpp>
#include <restat/snapshot.hpp>
#include <restat/time_point.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// What a scan in slices remembers: what is to be looked at first, and how old the rest is.
///
///     round before   |--------|--------|--------|--------|      a mark a slice: when it began, and
///     this round     |------------|------------|                how many entries were seen by then
///                                              ^ what comes next was seen in that slice there
class RESTAT_EXPORT slicing {
public:
    /// Files at and below a path are looked at first.
    void pin(std::string_view path);
    void unpin(std::string_view path);
    /// What was edited is looked at first for a while.
    void edited(change_set const& which, time_point now);
    /// Which files there are has changed. The snapshot must stay where it is.
    void restructured(snapshot const& latest);
    /// These files are looked at once, each before another of what comes first.
    void check(std::vector<std::string> files) noexcept;
    bool has_checked() const noexcept { return checked_ == to_check_.size(); }
    /// Those of them that were not to be seen so; forgets them all.
    std::vector<std::string> take_unseen();
    /// Frees a few paths of an earlier `check`. Returns false if none is left.
    bool free_some() noexcept;

    void slice_began(time_point now, bool skips_first);
    /// The next of what is to be looked at first, going on where the last slice stopped; null when
    /// all was looked at once.
    std::string const* next_first();
    /// What that gave last was not to be seen by itself.
    void missed_first();
    /// Nobody asked for what is to be looked at first.
    bool was_not_asked() const noexcept { return given_ == 0 && !skips_; }
    bool has_first() const noexcept { return pinned() + hot_.size() > 0; }

    /// How many it gave in this slice.
    std::size_t given() const noexcept { return given_; }

    void round_began(time_point now);
    void seen(std::size_t entries);
    void round_ended();
    /// A scan that was not in slices.
    void scanned_at_once(time_point began);
    void round_given_up() noexcept { now_.clear(); }
    /// Since when the entry that is next was not looked at.
    time_point oldest() const noexcept;
    /// The longest time between the beginnings of two slices since the last call.
    std::chrono::nanoseconds longest_gap() noexcept;

private:
    struct mark {
        time_point at;
        std::size_t entries; // by the end of the slice
    };
    struct hot_file {
        std::string path;
        time_point edited;
    };

    /// Pinned files, by their indexes in the snapshot.
    struct index_range {
        std::size_t begin;
        std::size_t end;
    };

    void add_pinned(std::string_view pin);
    std::size_t pinned() const noexcept;
    split_path pinned_path(std::size_t number) const noexcept;

    std::vector<std::string> pins_;
    std::vector<index_range> pinned_;
    snapshot const* latest_ = nullptr;
    std::vector<hot_file> hot_; // edited last, first
    std::size_t next_ = 0;      // of both
    std::size_t turned_ = 0;    // of both, in this slice
    std::size_t given_ = 0;     // in this slice
    std::string given_path_;    // last
    std::vector<std::string> to_check_;
    std::vector<std::string> dropped_; // paths of an earlier check, to be freed
    std::size_t checked_ = 0;          // of these, which are empty by now
    std::vector<std::string> unseen_;  // of what was to be checked
    bool gave_check_ = false;          // last
    bool skips_ = false;
    std::vector<mark> before_;
    std::vector<mark> now_;
    time_point slice_{};
    std::chrono::nanoseconds gap_{};
};

} // namespace restat::detail
