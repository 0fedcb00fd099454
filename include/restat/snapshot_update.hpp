#pragma once

#include <restat/change_set.hpp>
#include <restat/detail/owned.hpp>
#include <restat/export.hpp>
#include <restat/snapshot.hpp>

#include <cstddef>
#include <stop_token>

namespace restat {

namespace detail {
struct snapshot_delta;
}

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
    /// Demands that each directory is listed in the next scan, as when a matcher was changed.
    void list_all() noexcept;

    /// Whether the scan is no longer wanted.
    bool stop_requested() const noexcept { return stop_.stop_requested(); }
    std::stop_token const& stop_token() const noexcept { return stop_; }

    /// Adds what was found apart from the tree that `refresh` went through, which comes first. Of a
    /// path that the tree has too, this is what counts.
    void join(snapshot const& found);

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
};

} // namespace restat
