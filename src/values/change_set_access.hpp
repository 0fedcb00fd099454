#pragma once

#include <restat/change_set.hpp>

#include <utility>
#include <vector>

namespace restat::detail {

/// Takes the changes out of a set, so that its owner can free them one after another.
struct change_set_access {
    static std::vector<change> take(change_set& of) noexcept {
        return std::exchange(of.changes_, {});
    }
};

} // namespace restat::detail
