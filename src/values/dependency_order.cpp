#include "values/dependency_order.hpp"

#include <restat/split_path.hpp>

#include <algorithm>
#include <utility>

namespace restat::detail {
namespace {

bool depends_on(dependency_node const& one, dependency_node const& other) noexcept {
    return std::find(one.dependencies.begin(), one.dependencies.end(), &other) !=
           one.dependencies.end();
}

} // namespace

void dependency_order::begin_with(change const& one, dependency_node* node) {
    // a second change of the same file, in another spelling, keeps its entry
    bool const is_second = node && affected_[node].own;
    starts_.push_back({one.path, &one, is_second ? nullptr : node});
    if (!node || is_second) return;
    affected_[node].own = &one;
    affected_[node].is_passed = false;
}

void dependency_order::pass_through(dependency_node* node) {
    if (node) affected_.try_emplace(node, visit{.is_passed = true});
}

std::vector<change> dependency_order::run() {
    find_affected();
    std::sort(starts_.begin(), starts_.end(),
              [](start const& a, start const& b) { return path_less(a.path, b.path); });
    for (auto const& one : starts_) {
        if (one.node) {
            if (affected_[one.node].number == 0) visit_from(*one.node);
        } else {
            emit(one.path, one.own);
        }
    }
    return std::move(extended_);
}

// Adds every dependent to the affected files, and to the starts, as a dependency may come first in
// order of path.
void dependency_order::find_affected() {
    std::vector<dependency_node*> left;
    for (auto const& [node, of] : affected_) left.push_back(node);
    while (!left.empty()) {
        auto* const node = left.back();
        left.pop_back();
        for (auto* const dependent : node->dependents) {
            if (!affected_.try_emplace(dependent).second) continue;
            starts_.push_back({dependent->path, nullptr, dependent});
            left.push_back(dependent);
        }
    }
}

void dependency_order::enter(dependency_node& node, visit& of) {
    of.number = of.lowest = ++visits_;
    of.is_open = true;
    open_.push_back(&node);
    frames_.push_back({&node, &of, 0});
}

void dependency_order::visit_from(dependency_node& first) {
    enter(first, affected_[&first]);
    while (!frames_.empty()) {
        auto& top = frames_.back();
        if (top.next == top.node->dependencies.size()) {
            auto const last = top;
            frames_.pop_back();
            leave(last);
            continue;
        }
        auto* const dependency = top.node->dependencies[top.next++];
        auto const at = affected_.find(dependency);
        if (at == affected_.end()) continue;
        if (at->second.number == 0) {
            enter(*dependency, at->second);
        } else if (at->second.is_open) {
            top.of->lowest = std::min(top.of->lowest, at->second.number);
        }
    }
}

void dependency_order::leave(frame const& last) {
    auto const& of = *last.of;
    if (!of.is_passed) emit(of.own ? of.own->path : last.node->path, of.own);
    if (of.lowest == of.number) close_component(last);
    if (frames_.empty()) return;
    auto& above = *frames_.back().of;
    above.lowest = std::min(above.lowest, of.lowest);
}

void dependency_order::close_component(frame const& root) {
    auto const begin = std::find(open_.rbegin(), open_.rend(), root.node).base() - 1;
    std::vector<dependency_node*> const files{begin, open_.end()};
    open_.erase(begin, open_.end());
    for (auto* const one : files) affected_[one].is_open = false;
    if (files.size() > 1 || depends_on(*root.node, *root.node)) {
        note_cycle(files);
    } else {
        root.node->is_in_known_cycle = false;
    }
}

// Follows, from the first path, edges inside the component until a file comes again.
void dependency_order::note_cycle(std::vector<dependency_node*> const& files) {
    bool is_new = false;
    for (auto* const one : files) is_new |= !std::exchange(one->is_in_known_cycle, true);
    if (!is_new) return;
    std::unordered_map<dependency_node const*, dependency_node const*> came_from;
    for (auto const* one : files) came_from[one] = nullptr;
    auto const* const first = *std::min_element(files.begin(), files.end(), node_less{});
    // breadth first, so the cycle is a shortest one through the first path
    std::vector<dependency_node const*> queue{first};
    for (std::size_t i = 0; i < queue.size() && !came_from[first]; ++i) {
        for (auto const* next : queue[i]->dependencies) {
            auto const at = came_from.find(next);
            if (at == came_from.end() || at->second) continue;
            at->second = queue[i];
            if (next == first) break;
            queue.push_back(next);
        }
    }
    std::vector<dependency_node const*> cycle{first};
    for (auto const* one = came_from[first]; one != first; one = came_from[one]) {
        cycle.push_back(one);
    }
    std::reverse(cycle.begin() + 1, cycle.end());
    new_cycles_.push_back(std::move(cycle));
}

void dependency_order::emit(std::string_view path, change const* own) {
    extended_.push_back(own ? *own : change{.path = std::string{path}});
}

} // namespace restat::detail
