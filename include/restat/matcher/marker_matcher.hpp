#pragma once

#include <restat/detail/owned.hpp>
#include <restat/matcher/directory_reader.hpp>
#include <restat/matcher/explanation.hpp>
#include <restat/matcher/logic.hpp>

#include <string>
#include <vector>

namespace restat {

/// A file that tells that a tool made the directory it is in, with all below it.
struct directory_marker {
    std::string name;
    std::string reason = {}; ///< for `explain`: "a build by CMake"
    std::string begins = {}; ///< with what the file must begin
};

/// The markers of builds, caches and environments: `CMakeCache.txt`, `CACHEDIR.TAG` ...
RESTAT_EXPORT std::vector<directory_marker> default_markers();

/// A `path_matcher` that says `exclude` of all in a directory that holds a marker, else `none`.
///
///     !glob_matcher{"*.log"} & marker_matcher{}
///
/// A marker is a regular file. In a root it says nothing, since the user named that; nor where
/// sources are built in place, which a `CMakeLists.txt`, `Cargo.toml`, `.git` or the like beside it
/// tells. The directory itself is listed, to see; none below it is opened.
/// \errors found by `faults`: a marker that cannot be read; what was known of it stays
/// \cost none where no name is a marker's; else a few statuses per scan, and a read if it differs
/// \threads any. One enumerator at a time: who has two gives each a copy.
/// \see gitignore_matcher, which reads rules in the same way
class RESTAT_EXPORT marker_matcher {
public:
    explicit marker_matcher(std::vector<directory_marker> markers = default_markers());
    marker_matcher(marker_matcher const& other);
    marker_matcher(marker_matcher&&) noexcept = default;
    marker_matcher& operator=(marker_matcher other) noexcept;

    verdict operator()(candidate const& path) const noexcept;
    verdict previously(candidate const& path) const noexcept;
    entered enter(candidate const& directory, directory_reader& reader) const;
    explanation explain(candidate const& path) const;
    void faults(std::vector<finding>& into) const;

private:
    struct store;
    detail::owned<store> store_;
};

template <>
inline constexpr bool enable_matcher_logic<marker_matcher> = true;

} // namespace restat
