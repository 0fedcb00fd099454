#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/change_set.hpp>
#include <restat/detail/owned.hpp>
#include <restat/export.hpp>
#include <restat/path_list.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace restat {

class observer;

/// Records which files use which other files: a shader its includes, a material its textures. An
/// edge leads from the dependent to the dependency. A file without an edge is not stored.
///
/// Files are compared as whole paths, in a canonical spelling: `./a//b` and `c/../a/b` are `a/b`.
/// If `c` is a symbolic link, this is another file; give such a path without the link. A relative
/// and an absolute path are two files.
/// \cost about 60 bytes per edge; logarithmic time per edge of a call
/// \threads like a standard container
class RESTAT_EXPORT dependency_graph {
public:
    dependency_graph();

    /// Adds an edge. An edge counts once, however often it is added.
    void add(std::string_view dependent, std::string_view dependency);
    /// Removes an edge, if it exists.
    void remove(std::string_view dependent, std::string_view dependency);
    /// Replaces all dependencies of a file; an empty list removes them.
    void replace(std::string_view dependent, path_list const& dependencies);

    /// Returns the direct dependencies of a file, in order of bytes.
    std::vector<std::string> dependencies_of(std::string_view path) const;
    /// Returns the direct dependents of a file, in order of bytes.
    std::vector<std::string> dependents_of(std::string_view path) const;
    /// Returns every file with a dependent, in order of bytes, whether the file exists or not. A
    /// `list_enumerator` of these paths watches a missing file until it appears.
    std::vector<std::string> dependencies() const;
    /// Returns the number of edges.
    std::size_t size() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }

    /// Returns the changes and all their direct and indirect dependents: each path once, and after
    /// its dependencies. A dependent without a change of its own has an entry for which
    /// `is_dependent` is true. A renamed file brings the dependents of both names.
    ///
    /// In a cycle no order is right: one edge of the cycle is ignored. The observer receives a
    /// finding (`errc::dependency_cycle`) for the cycle, once until a call finds it resolved.
    /// \cost linear in the number of affected files and their edges; no recursion
    [[nodiscard]] change_set extend(change_set const& changes, observer* report_to = nullptr);

private:
    struct state;
    detail::owned<state> state_;
};

/// Returns whether the entry of an extended set stands for a file that did not change itself.
[[nodiscard]] RESTAT_EXPORT bool is_dependent(change const& of) noexcept;

namespace detail {

/// The right side of `changes | with_dependents(graph)`.
struct dependents_adaptor {
    dependency_graph& graph;
    observer* report_to;

    friend change_set operator|(change_set const& changes, dependents_adaptor with) {
        return with.graph.extend(changes, with.report_to);
    }
};

} // namespace detail

/// Extends a set of changes, as `dependency_graph::extend` does:
///
///     for (change const& c : changes | with_dependents(graph)) reload(c.path);
[[nodiscard]] inline detail::dependents_adaptor with_dependents(
    dependency_graph& graph, observer* report_to = nullptr) noexcept {
    return {graph, report_to};
}

} // namespace restat
#endif
