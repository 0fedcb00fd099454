#pragma once

#include <restat/change.hpp>

#include <cstddef>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace restat::detail {

struct dependency_node;

struct node_less {
    bool operator()(dependency_node const* a, dependency_node const* b) const noexcept;
};

/// A file of a `dependency_graph`, with its edges in order of bytes. A file has few dependencies,
/// and may have very many dependents.
struct dependency_node {
    std::string_view path = {};
    std::vector<dependency_node*> dependencies = {};
    std::set<dependency_node*, node_less> dependents = {};
    bool is_in_known_cycle = false; ///< the last search found a cycle through this file
};

inline bool node_less::operator()(dependency_node const* a,
                                  dependency_node const* b) const noexcept {
    return a->path < b->path;
}

/// Extends changes by their dependents, and puts each file after its dependencies.
///
///     begin_with, pass_through    the changed files
///     run     follows the dependents of each file    ->  the affected files
///             visits the affected files depth first, dependencies before the file itself
///               an edge to a file under visit        ->  a cycle: the edge is ignored
///
/// The visit is the algorithm of Tarjan for strongly connected components, with a stack of its own
/// instead of recursion. A component of several files, or a file that depends on itself, is a
/// cycle.
class dependency_order {
public:
    /// Adds a change and its node; null if the file has no edge.
    void begin_with(change const& one, dependency_node* node);
    /// Adds the dependents of a file without the file itself; null for no file.
    void pass_through(dependency_node* node);

    /// Returns all changes in order.
    std::vector<change> run();
    /// Returns the cycles that no earlier search has found, each from its first path along its
    /// edges.
    std::vector<std::vector<dependency_node const*>> const& new_cycles() const noexcept {
        return new_cycles_;
    }

private:
    struct visit {
        change const* own = nullptr; // null for a mere dependent
        bool is_passed = false;      // has no entry of its own
        bool is_open = false;        // its component is not complete
        std::size_t number = 0;      // in order of visits, from 1; 0 before
        std::size_t lowest = 0;      // the first open file that it reaches
    };
    struct frame {
        dependency_node* node;
        visit* of;
        std::size_t next; // the next of its dependencies
    };
    struct start {
        std::string_view path;
        change const* own;
        dependency_node* node;
    };

    void find_affected();
    void visit_from(dependency_node& first);
    void enter(dependency_node& node, visit& of);
    void leave(frame const& last);
    void close_component(frame const& root);
    void note_cycle(std::vector<dependency_node*> const& files);
    void emit(std::string_view path, change const* own);

    std::vector<start> starts_;
    std::unordered_map<dependency_node*, visit> affected_;
    std::vector<frame> frames_;
    std::vector<dependency_node*> open_;
    std::size_t visits_ = 0;
    std::vector<change> extended_;
    std::vector<std::vector<dependency_node const*>> new_cycles_;
};

} // namespace restat::detail
