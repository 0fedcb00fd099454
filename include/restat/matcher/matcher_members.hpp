#pragma once

#include <restat/error.hpp>
#include <restat/matcher/explanation.hpp>
#include <restat/matcher/verdict.hpp>

#include <concepts>
#include <string>
#include <vector>

/// The optional members of a `path_matcher`. The library calls each through a free function, which
/// knows the result for a matcher without the member:
///
/// | member | function | without the member |
/// | --- | --- | --- |
/// | `explain` | `restat::explain` | the verdict, without a rule |
/// | `faults` | `collect_faults` | no errors |
/// | `on_directory` | `enter_directory` | `no_rules` |
/// | `previous_verdict` | `previous_verdict_of` | `m(c)` |
namespace restat {

class directory_reader;

/// Satisfied by a matcher with `explain`.
template <class M>
concept explaining_matcher = requires(M const& m, candidate const& c) {
    explanation{m.explain(c)};
};

/// Satisfied by a matcher with `faults`.
template <class M>
concept faulting_matcher = requires(M const& m, std::vector<finding>& f) {
    m.faults(f);
};

/// Satisfied by a matcher with `on_directory`, the notification about directories.
template <class M>
concept entering_matcher = requires(M const& m, candidate const& c, directory_reader& r) {
    { m.on_directory(c, r) } -> std::same_as<directory_rules>;
};

/// Satisfied by a matcher with `previous_verdict`.
template <class M>
concept remembering_matcher = requires(M const& m, candidate const& c) {
    m.previous_verdict(c);
};

/// Returns the matcher's own explanation, or its bare verdict if it has no `explain`.
template <class M>
explanation explain(M const& matcher, candidate const& path) {
    if constexpr (explaining_matcher<M>) {
        return matcher.explain(path);
    } else {
        return {.says = matcher(path)};
    }
}

/// Collects the errors of matching, if the matcher has `faults`.
template <class M>
void collect_faults(M const& matcher, std::vector<finding>& into) {
    if constexpr (faulting_matcher<M>) matcher.faults(into);
}

/// Notifies a matcher with `on_directory` before a scan reads a directory; without `on_directory`,
/// there are no rules.
template <class M>
directory_rules enter_directory(M const& matcher, candidate const& directory,
                                directory_reader& reader) {
    if constexpr (entering_matcher<M>) return matcher.on_directory(directory, reader);
    return directory_rules::no_rules;
}

/// Returns the verdict by the rules of the previous scan. If the rules of a matcher never change,
/// this is its verdict.
template <class M>
verdict previous_verdict_of(M const& matcher, candidate const& path) noexcept {
    if constexpr (remembering_matcher<M>) return matcher.previous_verdict(path);
    return static_cast<verdict>(matcher(path));
}

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

} // namespace restat
