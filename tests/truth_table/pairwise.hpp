#pragma once

#include <cstddef>
#include <set>
#include <utility>
#include <vector>

// A covering array: few rows in which each pair of values of any two factors stands once at least.
namespace truth_table {

using row = std::vector<std::size_t>;

/// A pair of values, each as the factor and its value.
using value = std::pair<std::size_t, std::size_t>;
using value_pair = std::pair<value, value>;

inline std::set<value_pair> pairs_of(row const& of) {
    std::set<value_pair> all;
    for (std::size_t a = 0; a < of.size(); ++a) {
        for (std::size_t b = a + 1; b < of.size(); ++b) all.insert({{a, of[a]}, {b, of[b]}});
    }
    return all;
}

inline std::set<value_pair> every_pair(std::vector<std::size_t> const& levels) {
    std::set<value_pair> all;
    for (std::size_t a = 0; a < levels.size(); ++a) {
        for (std::size_t b = a + 1; b < levels.size(); ++b) {
            for (std::size_t i = 0; i < levels[a]; ++i) {
                for (std::size_t k = 0; k < levels[b]; ++k) all.insert({{a, i}, {b, k}});
            }
        }
    }
    return all;
}

namespace detail {

/// How many pairs that are still to come a value makes with the values before it.
inline std::size_t gain(row const& so_far, std::size_t candidate,
                        std::set<value_pair> const& missing) {
    std::size_t gained = 0;
    value const last{so_far.size(), candidate};
    for (std::size_t a = 0; a < so_far.size(); ++a) {
        gained += missing.contains({{a, so_far[a]}, last});
    }
    return gained;
}

/// How many pairs with later factors a value has yet to make.
inline std::size_t need(value of, std::set<value_pair> const& missing) {
    std::size_t needed = 0;
    for (auto const& [a, b] : missing) needed += a == of || b == of;
    return needed;
}

} // namespace detail

/// Greedy: each row takes for each factor the value with the most pairs still to come.
/// `levels` holds how many values each factor has.
inline std::vector<row> pairwise(std::vector<std::size_t> const& levels) {
    auto missing = every_pair(levels);
    std::vector<row> rows;
    while (!missing.empty()) {
        // Begins with a missing pair, so that each row makes one at least.
        auto const first = *missing.begin();
        row made;
        for (std::size_t factor = 0; factor < levels.size(); ++factor) {
            std::size_t best = 0;
            std::pair<std::size_t, std::size_t> most{0, 0};
            for (std::size_t one = 0; one < levels[factor]; ++one) {
                std::pair const gained{detail::gain(made, one, missing),
                                       detail::need({factor, one}, missing)};
                if (gained > most) best = one, most = gained;
            }
            if (first.first.first == factor) best = first.first.second;
            if (first.second.first == factor) best = first.second.second;
            made.push_back(best);
        }
        for (auto const& one : pairs_of(made)) missing.erase(one);
        rows.push_back(std::move(made));
    }
    return rows;
}

} // namespace truth_table
