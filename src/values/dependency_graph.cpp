#include <restat/dependency_graph.hpp>

#include "base/plain_path.hpp"
#include "values/change_set_access.hpp"
#include "values/dependency_order.hpp"

#include <restat/observer.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace restat {
namespace {

using detail::dependency_node;

using node_list = std::vector<dependency_node*>;

auto place_in(node_list& all, dependency_node& one) {
    return std::lower_bound(all.begin(), all.end(), &one, detail::node_less{});
}

bool insert_into(node_list& all, dependency_node& one) {
    auto const at = place_in(all, one);
    if (at != all.end() && *at == &one) return false;
    all.insert(at, &one);
    return true;
}

bool erase_from(node_list& all, dependency_node& one) {
    auto const at = place_in(all, one);
    if (at == all.end() || *at != &one) return false;
    all.erase(at);
    return true;
}

template <class Nodes>
std::vector<std::string> paths_of(Nodes const& all) {
    std::vector<std::string> paths;
    paths.reserve(all.size());
    for (auto const* one : all) paths.emplace_back(one->path);
    return paths;
}

// Lists the files of a cycle; of a long cycle, the first few.
std::string text_of(std::vector<dependency_node const*> const& cycle) {
    constexpr std::size_t most = 8;
    std::string text;
    for (std::size_t i = 0; i < cycle.size() && i < most; ++i) {
        (text += cycle[i]->path) += " -> ";
    }
    if (cycle.size() > most) {
        text += "... (" + std::to_string(cycle.size() - most) + " more) -> ";
    }
    return text.append(cycle.front()->path);
}

} // namespace

struct dependency_graph::state {
    dependency_node* find(std::string_view path) {
        auto const at = nodes.find(detail::lexical_path(path));
        return at == nodes.end() ? nullptr : &at->second;
    }

    dependency_node& node_at(std::string_view path) {
        auto const at = nodes.try_emplace(detail::lexical_path(path)).first;
        at->second.path = at->first;
        return at->second;
    }

    void add(dependency_node& dependent, dependency_node& dependency) {
        if (!insert_into(dependent.dependencies, dependency)) return;
        dependency.dependents.insert(&dependent);
        ++edges;
    }

    void remove(dependency_node& dependent, dependency_node& dependency) {
        if (!erase_from(dependent.dependencies, dependency)) return;
        dependency.dependents.erase(&dependent);
        --edges;
    }

    // Frees a node without edges.
    void free_unused(dependency_node& one) {
        if (one.dependencies.empty() && one.dependents.empty()) nodes.erase(nodes.find(one.path));
    }

    std::map<std::string, dependency_node, std::less<>> nodes;
    std::size_t edges = 0;
};

dependency_graph::dependency_graph() : state_{detail::make_owned<state>()} {}

void dependency_graph::add(std::string_view dependent, std::string_view dependency) {
    auto& from = state_->node_at(dependent);
    state_->add(from, state_->node_at(dependency));
}

void dependency_graph::remove(std::string_view dependent, std::string_view dependency) {
    auto* const from = state_->find(dependent);
    auto* const to = state_->find(dependency);
    if (!from || !to) return;
    state_->remove(*from, *to);
    if (to != from) state_->free_unused(*to);
    state_->free_unused(*from);
}

void dependency_graph::replace(std::string_view dependent, path_list const& dependencies) {
    auto& from = state_->node_at(dependent);
    node_list next;
    for (auto const& path : dependencies) insert_into(next, state_->node_at(path));
    auto const last = from.dependencies;
    for (auto* const to : next) state_->add(from, *to);
    for (auto* const to : last) {
        auto const at = place_in(next, *to);
        if (at != next.end() && *at == to) continue;
        state_->remove(from, *to);
        if (to != &from) state_->free_unused(*to);
    }
    state_->free_unused(from);
}

std::vector<std::string> dependency_graph::dependencies_of(std::string_view path) const {
    auto const* const one = state_->find(path);
    return one ? paths_of(one->dependencies) : std::vector<std::string>{};
}

std::vector<std::string> dependency_graph::dependents_of(std::string_view path) const {
    auto const* const one = state_->find(path);
    return one ? paths_of(one->dependents) : std::vector<std::string>{};
}

std::vector<std::string> dependency_graph::dependencies() const {
    std::vector<std::string> paths;
    for (auto const& [path, one] : state_->nodes) {
        if (!one.dependents.empty()) paths.push_back(path);
    }
    return paths;
}

std::size_t dependency_graph::size() const noexcept { return state_->edges; }

change_set dependency_graph::extend(change_set const& changes, observer* report_to) {
    detail::dependency_order order;
    for (change const& one : changes) {
        order.begin_with(one, state_->find(one.path));
        if (one.kind == change_kind::renamed) order.pass_through(state_->find(one.from));
    }
    auto extended = order.run();
    for (auto const& cycle : order.new_cycles()) {
        if (!report_to) break;
        report_to->on_finding(
            {std::string{cycle.front()->path}, errc::dependency_cycle, "order", text_of(cycle)});
    }
    return detail::change_set_access::in_order(std::move(extended), changes.batch());
}

bool is_dependent(change const& of) noexcept {
    return of.kind == change_kind::modified && of.after.type == file_type::none;
}

} // namespace restat
