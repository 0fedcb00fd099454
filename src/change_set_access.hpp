#pragma once

#include <restat/change_set.hpp>

#include <utility>
#include <vector>

namespace restat::detail {

/// The changes of a set, for its owner to free them.
struct change_set_access {
    static std::vector<change> take(change_set& of) noexcept {
        return std::exchange(of.changes_, {});
    }
};

} // namespace restat::detail
