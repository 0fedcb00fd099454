#pragma once

#include <restat/change_set.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace restat::detail {

/// For the owner of a set.
struct change_set_access {
    /// Makes a set in another order than by path.
    static change_set in_order(std::vector<change> changes, std::size_t batch) noexcept {
        change_set made{std::move(changes), batch};
        made.is_by_path_ = false;
        return made;
    }

    /// Takes the changes out of a set, so that its owner can free them one after another.
    static std::vector<change> take(change_set& of) noexcept {
        return std::exchange(of.changes_, {});
    }
};

} // namespace restat::detail
