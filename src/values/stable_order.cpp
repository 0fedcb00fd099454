#include "stable_order.hpp"

#include <algorithm>
#include <numeric>

namespace restat::detail {

std::vector<std::size_t> stable_order(std::size_t count, position_order order) {
    auto const before = [&](std::size_t a, std::size_t b) {
        return order.before(order.context, a, b);
    };
    std::size_t sorted = 1; // number of leading elements in order
    while (sorted < count && !before(sorted, sorted - 1)) ++sorted;
    if (sorted >= count) return {};

    std::vector<std::size_t> positions(count);
    std::iota(positions.begin(), positions.end(), std::size_t{0});
    std::sort(positions.begin(), positions.end(), [&](std::size_t a, std::size_t b) {
        return before(a, b) || (a < b && !before(b, a));
    });
    return positions;
}

} // namespace restat::detail
