#pragma once

#include <restat/matcher/path_matcher.hpp>

#include <string>

namespace restat {

/// Why a matcher says what it says of a path.
struct explanation {
    verdict says = verdict::none;
    std::string rule = {};   ///< the one that decided, as written; empty if none applied
    std::string origin = {}; ///< whence the rules: "-i", ".gitignore:3"; empty if from code

    friend bool operator==(explanation const&, explanation const&) = default;
};

/// The matcher's own explanation, or its bare verdict if it has none to give.
template <class M>
explanation explain(M const& matcher, candidate const& path) {
    if constexpr (requires { explanation{matcher.explain(path)}; }) {
        return matcher.explain(path);
    } else {
        return {.says = matcher(path)};
    }
}

/// Why a path, which lies below a root, is watched or not.
struct path_explanation {
    std::string path;
    std::string pruned;  ///< the directory on the way to it that is not opened; empty if none
    explanation decided; ///< of `pruned`, or else of the path

    bool watched() const noexcept { return watches(decided.says); }

    friend bool operator==(path_explanation const&, path_explanation const&) = default;
};

namespace detail {

RESTAT_EXPORT explanation join(explanation one, explanation two, verdict said);

} // namespace detail

/// Asks as an enumerator does: for each directory between the root and the path, from above,
/// whether it is opened, and then for the path. Rules that lie in the tree are known of those
/// directories that the matcher has entered.
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

/// "'build/a.o' is not watched because its directory 'build' is left out by 'build/'
/// (.gitignore:3)" - for people: names are escaped.
RESTAT_EXPORT std::string to_sentence(path_explanation const& why);

} // namespace restat
