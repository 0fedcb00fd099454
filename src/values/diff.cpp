#include <restat/diff.hpp>

#include "found_change.hpp"

#include <utility>
#include <vector>

namespace restat {

change_set diff(snapshot const& before, snapshot const& after) {
    std::vector<change> changes;
    detail::for_each_change(before, after, [&](detail::found_change found) {
        changes.push_back(std::move(found.difference));
    });
    return change_set{std::move(changes)};
}

} // namespace restat
