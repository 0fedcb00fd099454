#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace restat::detail {

/// Compares two elements by their positions.
struct position_order {
    void const* context;
    bool (*before)(void const* context, std::size_t a, std::size_t b);
};

/// Returns the positions of `count` elements in order; equal elements keep their order. Returns
/// nothing if all elements are in order already. Compiled once: a sort of large elements is large
/// code. \errors throws `std::bad_alloc`
std::vector<std::size_t> stable_order(std::size_t count, position_order order);

/// Puts elements in order; equal elements keep their order. \errors throws `std::bad_alloc`, with
/// the elements unchanged
template <class T, class Before>
void sort_stably(std::vector<T>& items, Before before) {
    struct context {
        std::vector<T> const& items;
        Before& before;
    } const all{items, before};
    auto const order =
        stable_order(items.size(), {&all, [](void const* of, auto a, auto b) {
                                        auto const& with = *static_cast<context const*>(of);
                                        return bool{with.before(with.items[a], with.items[b])};
                                    }});
    if (order.empty()) return;
    std::vector<T> sorted;
    sorted.reserve(order.size());
    for (std::size_t const at : order) sorted.push_back(std::move(items[at]));
    items.swap(sorted);
}

} // namespace restat::detail
