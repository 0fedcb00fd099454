#pragma once

#include <restat/change_set.hpp>
#include <restat/detail/chrono.hpp>
#include <restat/detail/owned.hpp>
#include <restat/export.hpp>
#include <restat/snapshot.hpp>

#include <cstddef>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace restat {

namespace detail {
struct snapshot_delta;
}

/// What bounds one call of `refresh`. Without it, the call goes through to the end.
struct scan_bounds {
    /// Asked before each entry: whether to pause.
    bool (*over)(void* of) = nullptr;
    /// The next known file to be looked at before the rest; null for no more.
    std::string const* (*first)(void* of) = nullptr;
    void* of = nullptr;
    /// What `first` named last was not to be seen by itself.
    void (*missed)(void* of) = nullptr;
};

/// Where an incremental enumerator puts what turns a known snapshot into the one of today. What is
/// known stands still until `apply`, so that a scan that is given up leaves no trace.
/// \cost nothing is allocated while nothing differs; the memory of one update serves the next
/// \threads one at a time
class RESTAT_EXPORT snapshot_update {
public:
    snapshot_update();
    snapshot_update(snapshot_update&&) noexcept;
    ~snapshot_update();

    /// Begins a scan of what is known, which must stand still until it is applied.
    void begin(snapshot const& known, std::stop_token stop = {});
    /// Demands that each directory is listed in the next scan, as when a matcher was changed. One
    /// that is paused is given up.
    void list_all() noexcept;
    bool lists_all() const noexcept;

    /// Whether the scan is no longer wanted.
    bool stop_requested() const noexcept { return stop_.stop_requested(); }
    std::stop_token const& stop_token() const noexcept { return stop_; }

    /// Adds what was found apart from the tree that `refresh` went through, which comes first. Of a
    /// path that the tree has too, this is what counts.
    void join(snapshot const& found);

    /// Looks only at these directories, at what came into them with all below it, and at these
    /// files if they are roots. What is known of the rest stays.
    void limit_to(std::vector<std::string> paths);
    /// Whether it is limited so; not where roots or the matcher are others than in the last scan.
    bool is_limited() const noexcept;
    /// Bounds the next call of `refresh`, which also ends by this token.
    void bound(scan_bounds const& by, std::stop_token stop) noexcept {
        bounds_ = by;
        stop_ = std::move(stop);
    }
    /// Whether the scan is paused; the next `refresh` goes on with it, unless `begin` comes first.
    bool is_paused() const noexcept { return paused_; }
    /// Entries that were looked at since the scan began, directories included.
    std::size_t looked_at() const noexcept { return looked_at_; }

    /// How much of a core that took, of all its threads; zero where that is not known.
    std::chrono::nanoseconds spent() const noexcept { return spent_; }

    // For the enumerator.
    scan_bounds const& bounds() const noexcept { return bounds_; }
    bool is_over() const { return bounds_.over != nullptr && bounds_.over(bounds_.of); }
    void pause(bool paused) noexcept { paused_ = paused; }
    void count(std::size_t entries) noexcept { looked_at_ += entries; }
    void spend(std::chrono::nanoseconds time) noexcept { spent_ += time; }

    /// The edits that the scan came upon, as `diff` would tell them.
    change_set changes() const;
    /// Of files whose names stay, each that is not as it was known, also where that is no edit.
    change_set edits() const;
    /// Whether rules changed in this scan; see `snapshot::revealed`.
    bool view_changed() const noexcept;
    /// What could not be read.
    std::vector<finding> const& findings() const noexcept;
    /// Brings the known snapshot, or an equal one, up to date.
    /// \cost one pass over all where names came or went, else only what differs
    void apply(snapshot& known);
    /// Puts the `edits` into the known snapshot and forgets them; it still stands for the rest.
    void apply_edits(snapshot& known);

    detail::snapshot_delta& delta() noexcept { return *delta_; }

private:
    detail::owned<detail::snapshot_delta> delta_;
    std::stop_token stop_;
    scan_bounds bounds_;
    std::size_t looked_at_ = 0;
    std::chrono::nanoseconds spent_{};
    bool paused_ = false;
};

} // namespace restat
