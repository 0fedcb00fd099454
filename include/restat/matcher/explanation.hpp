#pragma once

#include <restat/matcher/path_matcher.hpp>

#include <string>

namespace restat {

/// The reason for the verdict of a matcher on a path.
struct explanation {
    verdict says = verdict::none;
    std::string rule = {};   ///< the deciding rule, as written; empty if no rule applied
    std::string origin = {}; ///< the source of the rules: "-i", ".gitignore:3"; empty if from
                             ///< code

    friend bool operator==(explanation const&, explanation const&) = default;
};

/// Returns the matcher's own explanation, or its bare verdict if it has no `explain`.
template <class M>
explanation explain(M const& matcher, candidate const& path) {
    if constexpr (requires { explanation{matcher.explain(path)}; }) {
        return matcher.explain(path);
    } else {
        return {.says = matcher(path)};
    }
}

/// The reason why a path below a root is watched or not.
struct path_explanation {
    std::string path;
    std::string pruned;  ///< the unopened directory on the way to it; empty if none
    explanation decided; ///< the decision on `pruned` if set, else on the path

    bool watched() const noexcept { return watches(decided.says); }

    friend bool operator==(path_explanation const&, path_explanation const&) = default;
};

namespace detail {

RESTAT_EXPORT explanation join(explanation one, explanation two, verdict said);

} // namespace detail

/// Explains a path in the order in which an enumerator asks. First comes each directory between
/// the root and the path, from the top, then the path itself. Rules from files in the tree count
/// for each directory entered by the matcher.
template <class M>
path_explanation explain_path(M const& matcher, candidate const& path) {
    for (auto end = path.path.find('/', path.below); end < path.path.size();
         end = path.path.find('/', end + 1)) {
        candidate const above{path.path.substr(0, end), path.below, file_type::directory};
        if (watches(matcher(above))) continue;
        return {std::string{path.path}, std::string{above.path}, explain(matcher, above)};
    }
    return {std::string{path.path}, {}, explain(matcher, path)};
}

/// Returns a sentence for people, with names escaped: "'build/a.o' is not watched because its
/// directory 'build' is excluded by 'build/' (.gitignore:3)".
RESTAT_EXPORT std::string to_string(path_explanation const& of);

} // namespace restat
