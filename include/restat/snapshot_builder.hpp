#pragma once

#include <restat/snapshot.hpp>

#include <stop_token>
#include <utility>

namespace restat {

/// Where an enumerator puts what it finds, in any order; made into a `snapshot` at the end.
/// \threads one at a time
class RESTAT_EXPORT snapshot_builder {
public:
    explicit snapshot_builder(std::stop_token stop = {}) noexcept;
    snapshot_builder(snapshot_builder&&) noexcept;
    ~snapshot_builder();

    /// An object that was read. A path added twice counts once, the first time.
    void add(std::string_view path, stat_record const& record);
    /// An object looked at both as what it leads to and as the link.
    void add(std::string_view path, stat_record const& record, stat_record const& link);
    /// An object with all that is known of it.
    void add(entry const& what);
    /// All that a scan came upon, as its snapshot has it.
    void add(snapshot const& all);
    /// An object that is there, or may be, but could not be read. "No such file" is no such
    /// error but for a path that the user named: there it says that the path is missing.
    void add_error(std::string_view path, std::error_code error, std::string_view operation);

    /// A path that is in view, with all below it, only because rules changed since the scan before:
    /// what is there is known without being called added.
    void reveal(std::string_view path);
    /// A path that is out of view, with all below it, only because rules changed: what was there is
    /// not called removed.
    void hide(std::string_view path);

    /// Has `finish` keep nothing of what was known, as for an enumerator that adds what it cannot
    /// read as it knows it.
    void keep_nothing();

    /// Whether the scan is no longer wanted; an enumerator asks at least once per directory and
    /// then gives up with `std::errc::operation_canceled`.
    bool stop_requested() const noexcept { return stop_.stop_requested(); }
    std::stop_token const& stop_token() const noexcept { return stop_; }

    /// The snapshot, ordered. What could not be read keeps its entries of `previous`, with all
    /// below it; what is missing or no longer listed does not. The builder is left empty.
    /// \cost a sort of what was added, unless it came in order
    snapshot finish(snapshot const& previous = {});

private:
    struct members;

    members& found();

    detail::owned<members> found_; // none while nothing was added
    std::stop_token stop_;
};

} // namespace restat
