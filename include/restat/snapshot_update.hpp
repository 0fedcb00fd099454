#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/change_set.hpp>
#include <restat/detail/chrono.hpp>
#include <restat/detail/owned.hpp>
#include <restat/export.hpp>
#include <restat/snapshot.hpp>

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace restat {

namespace detail {
struct snapshot_delta;
}

/// The limits of a call of `refresh`, and the files that it checks before all other files. Without
/// limits, the call runs through to the end of the scan.
/// \threads the thread of the call
class RESTAT_EXPORT scan_bounds {
public:
    /// A priority file that the known snapshot does not have.
    static constexpr std::size_t no_position = static_cast<std::size_t>(-1);

    /// Returns whether to pause; `refresh` calls this function before each entry.
    virtual bool is_over() { return false; }
    /// Returns the next priority file, by its position in the known snapshot; nothing after the
    /// last file.
    virtual std::optional<std::size_t> next_priority() { return {}; }
    /// Called if the last priority file could not be checked on its own, as for `no_position`.
    virtual void missed_priority() {}

protected:
    scan_bounds() = default;
    scan_bounds(scan_bounds const&) = default;
    scan_bounds& operator=(scan_bounds const&) = default;
    ~scan_bounds() = default;
};

/// Collects the differences between a known snapshot and the current tree, as found by an
/// incremental enumerator. The known snapshot does not change until `apply` or `apply_edits`, so an
/// abandoned scan leaves no trace.
/// \cost no allocation without a difference; the memory of an update serves the next update
/// \threads a single thread at a time
class RESTAT_EXPORT snapshot_update {
public:
    snapshot_update();
    snapshot_update(snapshot_update&&) noexcept;
    ~snapshot_update();

    /// Begins a scan against the known snapshot. The caller must not change the snapshot until the
    /// update is applied.
    void begin(snapshot const& known, std::stop_token stop = {});
    /// Makes the next scan list each directory, as after a change of a matcher. Abandons a paused
    /// scan.
    void list_all() noexcept;
    bool lists_all() const noexcept;

    /// Says whether the result becomes a baseline, as `snapshot_builder::set_baseline`.
    void set_baseline(bool is) noexcept { is_baseline_ = is; }
    bool is_baseline() const noexcept { return is_baseline_; }

    /// Returns whether the scan is no longer wanted.
    bool stop_requested() const noexcept { return stop_.stop_requested(); }
    std::stop_token const& stop_token() const noexcept { return stop_; }

    /// Adds a snapshot of entries found outside the tree scan. Call `refresh` before this function.
    /// If a path is found in both, the entry of this snapshot counts.
    void join(snapshot const& found);

    /// Limits the scan to these directories, to new entries in them with their subtrees, and to
    /// these files if they are roots. All other known entries stay as they are.
    void limit_to(std::vector<std::string> paths);
    /// Returns whether the scan is limited by `limit_to`. Returns false if the roots or the matcher
    /// differ from those of the last scan.
    bool is_limited() const noexcept;
    /// Sets the limits of the next call of `refresh`, which must outlive the call; null for no
    /// limits. A stop request to this token also ends the call.
    void bound(scan_bounds* by, std::stop_token stop) noexcept {
        bounds_ = by;
        stop_ = std::move(stop);
    }
    /// Returns whether the scan is paused. The next `refresh` continues a paused scan, unless
    /// `begin` is called first.
    bool is_paused() const noexcept { return paused_; }
    /// Returns the number of entries checked since the scan began, directories included.
    std::size_t entries_checked() const noexcept { return entries_checked_; }

    /// Returns the processor time of the scan, summed over all its threads; zero if the time is
    /// unknown.
    std::chrono::nanoseconds spent() const noexcept { return spent_; }

    // For the enumerator.
    scan_bounds* bounds() const noexcept { return bounds_; }
    bool is_over() const { return bounds_ != nullptr && bounds_->is_over(); }
    void pause(bool paused) noexcept { paused_ = paused; }
    void count(std::size_t entries) noexcept { entries_checked_ += entries; }
    void spend(std::chrono::nanoseconds time) noexcept { spent_ += time; }

    /// Returns the edits found by the scan, in the form of `diff`.
    [[nodiscard]] change_set changes() const;
    /// Returns every file with a record different from the known record, even if the difference is
    /// not an edit. Leaves out the files of a directory with new or missing names.
    [[nodiscard]] change_set edits() const;
    /// Returns whether rules changed in this scan; see `snapshot::revealed`.
    bool view_changed() const noexcept;
    /// Returns the read errors of the scan.
    std::vector<finding> const& findings() const noexcept;
    /// Brings the known snapshot, or an equal snapshot, up to date.
    /// \cost a pass over all entries if names came or went, otherwise only the entries with a
    /// difference
    void apply(snapshot& known);
    /// Puts the `edits` into the known snapshot and removes them from the update. The update stays
    /// valid for all other differences. Directory timestamps stay as known, so the next scan lists
    /// a changed directory again.
    void apply_edits(snapshot& known);

    detail::snapshot_delta& delta() noexcept { return *delta_; }

private:
    detail::owned<detail::snapshot_delta> delta_;
    std::stop_token stop_;
    scan_bounds* bounds_ = nullptr;
    std::size_t entries_checked_ = 0;
    std::chrono::nanoseconds spent_{};
    bool paused_ = false;
    bool is_baseline_ = false;
};

} // namespace restat
