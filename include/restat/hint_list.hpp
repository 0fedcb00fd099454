#pragma once

#include <restat/export.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

namespace restat {

#ifdef RESTAT_DISABLED
class hint_list;
#else
/// The paths that a source of events names: files and directories in which something may differ.
/// A hint makes a scan happen earlier or narrower, and never replaces the scan. A false hint costs
/// a check.
///
/// Paths are spelled as the enumerator reports them. A path counts once, however often it is
/// added. Above `most_files`, a file counts as its directory. Above `most_directories` or
/// `most_bytes`, and without memory, all hints are lost.
/// \cost constant memory; logarithmic time per path
class RESTAT_EXPORT hint_list {
public:
    using paths = std::set<std::string, std::less<>>;
    static constexpr std::size_t most_files = 256;
    static constexpr std::size_t most_directories = 4096;
    static constexpr std::size_t most_bytes = std::size_t{1} << 20; ///< of all paths

    /// Adds a file whose record may differ.
    void check_file(std::string_view file) noexcept;
    /// Adds a directory in which names may have appeared or disappeared. The scan checks each of
    /// its files, and new directories with everything below.
    void list(std::string_view directory) noexcept;
    /// Notes that anything may differ: the next scan checks everything. Drops all paths.
    void lost() noexcept;

    /// Returns whether anything may differ. The list then ignores further paths.
    bool is_lost() const noexcept { return lost_; }
    bool empty() const noexcept { return !lost_ && files_.empty() && directories_.empty(); }
    paths const& files() const noexcept { return files_; }
    paths const& directories() const noexcept { return directories_; }

    /// Adds all hints of another list.
    void add(hint_list const& other) noexcept;
    /// Removes a file or a directory.
    void remove(std::string_view path) noexcept;
    /// Removes all hints.
    void clear() noexcept;

    friend bool operator==(hint_list const&, hint_list const&) = default;

private:
    void add_to(paths& to, std::string_view path) noexcept;

    paths files_;
    paths directories_;
    std::size_t bytes_ = 0;
    bool lost_ = false;
};

#endif

/// How many directories of an enumerator have their changes reported by events.
struct event_coverage {
    std::size_t directories = 0; ///< in which files are known
    std::size_t watched = 0;     ///< directories with an event for each change
    /// Directories with events that may lack some changes, such as those made by a server.
    std::size_t partly = 0;
    /// Roots, and parts of an enumerator without events, that are checked at each interval instead.
    std::size_t checked = 0;
    std::size_t refused = 0;  ///< directories for which the system refused events
    std::error_code why = {}; ///< the reason of the last refusal

    /// Returns whether each change of each directory leads to an event, or to a difference in what
    /// is checked instead.
    bool is_whole() const noexcept { return directories + checked > 0 && watched == directories; }
    /// Adds the numbers of another part of an enumerator. Keeps the first reason.
    RESTAT_EXPORT event_coverage& operator+=(event_coverage const& other) noexcept;
    friend bool operator==(event_coverage const&, event_coverage const&) = default;
};

} // namespace restat
