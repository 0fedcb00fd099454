#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/snapshot.hpp>

#include <stop_token>
#include <utility>

namespace restat {

/// Collects the findings of an enumerator, in any order, and makes a `snapshot` from them at the
/// end.
/// \threads a single thread at a time
class RESTAT_EXPORT snapshot_builder {
public:
    /// Begins a scan that ends early after a request of this token.
    explicit snapshot_builder(std::stop_token stop = {}) noexcept;
    snapshot_builder(snapshot_builder&&) noexcept;
    ~snapshot_builder();

    /// Adds an object after a successful read. If a path is added twice, the first record counts.
    void add(std::string_view path, stat_record const& record);
    /// Adds an object with two records: the record of the link's target, and the record of the link
    /// itself.
    void add(std::string_view path, stat_record const& record, stat_record const& link);
    /// Adds an object with all its known properties.
    void add(entry const& what);
    /// Adds every entry and finding of another scan, as the snapshot of this scan holds them.
    void add(snapshot const& all);
    /// Adds an object that exists, or may exist, but could not be read. "No such file" is not such
    /// an error, except for a path named by the user: there the error means a missing path.
    void add_error(std::string_view path, std::error_code error, std::string_view operation);

    /// Marks a path and its subtree as visible only because rules changed since the previous scan.
    /// The entries there become known, but do not count as added.
    void reveal(std::string_view path);
    /// Marks a path and its subtree as hidden only because rules changed since the previous scan.
    /// The entries there do not count as removed.
    void hide(std::string_view path);

    /// Makes `finish` keep no entry of the previous snapshot. This suits an enumerator that itself
    /// adds the known entries of every unreadable path.
    void keep_nothing();

    /// Says whether the result becomes a baseline, to which later scans are compared.
    void set_baseline(bool is) noexcept { is_baseline_ = is; }
    /// Returns the value of `set_baseline`, at first false. A host may scan several times for one
    /// baseline, and uses only the last scan.
    bool is_baseline() const noexcept { return is_baseline_; }

    /// Returns whether the scan is no longer wanted. An enumerator calls this function at least
    /// once per directory, and then stops with `std::errc::operation_canceled`.
    bool stop_requested() const noexcept { return stop_.stop_requested(); }
    /// Returns the token of the constructor.
    std::stop_token const& stop_token() const noexcept { return stop_; }

    /// Returns the ordered snapshot and leaves the builder empty. A path that could not be read
    /// keeps its entries of `previous`, with the whole subtree. A missing path, or a path no longer
    /// listed, loses its entries.
    /// \cost a sort of the added entries, unless the calls came in order
    [[nodiscard]] snapshot finish(snapshot const& previous = {});

private:
    friend struct detail::snapshot_access;
    struct members;

    members& found();
    // Adds a finished snapshot. `finish` then returns an equal one, whatever was known before.
    void add_finished(snapshot const& all);

    detail::owned<members> found_; // none while the builder is empty
    std::stop_token stop_;
    bool is_baseline_ = false;
};

} // namespace restat
