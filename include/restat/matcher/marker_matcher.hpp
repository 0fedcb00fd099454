#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/detail/owned.hpp>
#include <restat/matcher/directory_reader.hpp>
#include <restat/matcher/path_matcher.hpp>

#include <string>
#include <vector>

namespace restat {

/// A file written by a tool into a directory of its own output: identifies the directory as
/// generated.
struct directory_marker {
    std::string name;
    std::string reason = {}; ///< for `explain`: "a build by CMake"
    std::string begins = {}; ///< the bytes at the start of a valid marker file
};

/// Returns the markers of builds, caches and environments: `CMakeCache.txt`, `CACHEDIR.TAG` ...
RESTAT_EXPORT std::vector<directory_marker> default_markers();

/// A `path_matcher` that excludes the contents of each directory with a marker, and returns
/// `none` elsewhere.
///
///     !glob_matcher{"*.log"} & marker_matcher{}
///
/// A marker is a regular file. A marker in a root has no effect, since the user named this
/// directory. Nor has a marker in a source tree with an in-place build: there a `CMakeLists.txt`,
/// `Cargo.toml`, `.git` or the like lies beside the marker. The marked directory itself is
/// listed, to find the marker; no directory below is opened.
/// \errors collected by `faults`: an unreadable marker; the previous verdict on its directory
/// stays
/// \cost none for a directory without the name of a marker; else a few status calls per scan, and
/// a read for a marker with `begins`
/// \threads any. Each enumerator needs a matcher of its own, for example a copy.
/// \see gitignore_matcher, which reads rules from the tree in the same way
class RESTAT_EXPORT marker_matcher {
public:
    /// Stores the markers. Each scan looks for them.
    explicit marker_matcher(std::vector<directory_marker> markers = default_markers());
    /// Copies the verdicts so far; afterwards each copy reads markers for itself.
    marker_matcher(marker_matcher const& other);
    marker_matcher(marker_matcher&&) noexcept = default;
    marker_matcher& operator=(marker_matcher other) noexcept;

    verdict operator()(candidate const& path) const noexcept;
    verdict previous_verdict(candidate const& path) const noexcept;
    directory_rules on_directory(candidate const& directory, directory_reader& reader) const;
    /// Returns the reason of the marker in the directory above the path.
    explanation explain(candidate const& path) const;
    /// Appends the unreadable markers since the last call.
    void faults(std::vector<finding>& into) const;

private:
    struct store;
    detail::owned<store> store_;
};

template <>
inline constexpr bool enable_matcher_logic<marker_matcher> = true;

} // namespace restat
