#pragma once

#include <restat/enumerator/file_enumerator.hpp>
#include <restat/export.hpp>

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat {

/// A `file_enumerator` of exactly these files, each looked at as the link and as what it leads to.
///
/// A matcher sees the last component as the part below the root. A file that is missing is a
/// finding, until it appears; a directory in its place counts as missing, without one.
/// \cost one stat a file, two for a link
class RESTAT_EXPORT list_enumerator {
public:
    explicit list_enumerator(std::vector<std::string> paths) : paths_{std::move(paths)} {}
    template <std::convertible_to<std::string_view> Path>
    explicit list_enumerator(Path const& path) : paths_{std::string{std::string_view{path}}} {}

    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error);

    /// \cost a system call
    bool born(std::string_view path, stat_record const& of, stamp& made) const;
    std::size_t place_of(std::string_view path) const noexcept;

    /// The paths; may be changed between scans.
    std::vector<std::string>& paths() noexcept { return paths_; }
    std::vector<std::string> const& paths() const noexcept { return paths_; }

private:
    std::vector<std::string> paths_;
};

} // namespace restat
