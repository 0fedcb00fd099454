#pragma once

#include <restat/export.hpp>
#include <restat/matcher/verdict.hpp>

#include <string>

namespace restat {

/// The reason for the verdict of a matcher on a path.
struct explanation {
    verdict says = verdict::none;
    std::string rule = {}; ///< the deciding rule, as written; empty if no rule applied. Without a
                           ///< text, a matcher names what it found, such as the file name
    std::string origin = {}; ///< the source of the rules: "-i", ".gitignore:3"; empty if from
                             ///< code

    friend bool operator==(explanation const&, explanation const&) = default;
};

/// The reason why a path below a root is watched or not.
struct path_explanation {
    std::string path;
    std::string pruned;  ///< the unopened directory on the way to it; empty if none
    explanation decided; ///< the decision on `pruned` if set, else on the path

    /// Returns whether a scan adds the path.
    bool watched() const noexcept { return watches(decided.says); }

    friend bool operator==(path_explanation const&, path_explanation const&) = default;
};

namespace detail {

RESTAT_EXPORT explanation join(explanation one, explanation two, verdict said);

} // namespace detail

/// Returns a sentence for people, with names escaped: "'build/a.o' is not watched because its
/// directory 'build' is excluded by 'build/' (.gitignore:3)".
RESTAT_EXPORT_OR({}, std::string to_string(path_explanation const& of))

} // namespace restat
