#pragma once

#include <restat/enumerator/file_enumerator.hpp>
#include <restat/export.hpp>
#include <restat/file_system/base_directory.hpp>
#include <restat/path_list.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat {

/// A `file_enumerator` of exactly these files, each looked at as the link and as what it leads to.
///
/// A matcher sees the last component as the part below the root. A file that is missing, or a
/// directory in its place, is a finding until the file appears. A relative path means what it
/// meant when the enumerator was made.
/// \cost one stat a file, two for a link
class RESTAT_EXPORT list_enumerator {
public:
    explicit list_enumerator(path_list paths,
                             selection_changes selection = selection_changes::silent);

    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error);

    /// \cost a system call
    bool born(std::string_view path, stat_record const& of, stamp& made) const;
    std::size_t place_of(std::string_view path) const;

    /// The paths; may be changed between scans. Unless the constructor was told so, a file is not
    /// added because it was taken in, and not removed because it was taken out.
    std::vector<std::string>& paths() noexcept { return paths_; }
    std::vector<std::string> const& paths() const noexcept { return paths_; }

private:
    std::vector<std::string> paths_;
    detail::base_directory base_;
    selection_changes selection_;
};

} // namespace restat
