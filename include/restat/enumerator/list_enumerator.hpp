#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
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

/// A `file_enumerator` of exactly the listed files. If a path is a symbolic link, both the link
/// and its target are checked.
///
/// The matcher receives the last component of a path as the part below the root. A missing file,
/// or a directory in its place, is a finding until the file appears. A relative path begins in
/// the working directory of the construction, even if the host changes its working directory
/// later.
/// \cost a stat per file, two for a link
class RESTAT_EXPORT list_enumerator {
public:
    /// Stores the paths. A relative path begins in the present working directory.
    explicit list_enumerator(path_list paths,
                             selection_changes selection = selection_changes::silent);

    /// Checks each path of the list.
    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error);

    /// \cost a system call or two
    bool birth_time(std::string_view path, stat_record const& of, stamp& made) const;
    /// Returns the offset of the last component, or `npos` for a path that is not listed.
    std::size_t root_prefix(std::string_view path) const;

    /// Returns the paths; the caller may change them between scans. With
    /// `selection_changes::silent`, a change of the list alone does not report a file as added or
    /// removed.
    std::vector<std::string>& paths() noexcept { return paths_; }
    std::vector<std::string> const& paths() const noexcept { return paths_; }

private:
    std::vector<std::string> paths_;
    detail::base_directory base_;
    selection_changes selection_;
};

} // namespace restat
#endif
