#pragma once

#include "base/hash.hpp"

#include <restat/matcher/letter_case.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

// Up to 64 groups of texts. A single pass over a path finds the groups without any text in the
// path. Identifies each text by its first two and last two bytes, so a group may be reported by
// mistake.
class literal_set {
public:
    static constexpr std::size_t most = 64;
    using groups = std::uint64_t; // a bit for each group

    literal_set() = default;
    literal_set(std::vector<std::vector<std::string>> const& texts, letter_case letters);

    // Returns all groups with a text in the path, and perhaps more. Unlike the steps of an
    // automaton, the steps do not depend on each other.
    groups maybe_in(std::string_view path) const noexcept {
        groups begun = 0;
        groups ended = 0;
        for (std::size_t i = 1; i < path.size(); ++i) {
            pair const& known = pairs_[slot(path[i - 1], path[i])];
            begun |= known.begin;
            ended |= known.end;
        }
        return begun & ended;
    }

private:
    struct pair {
        groups begin = 0; // groups with a text of this start
        groups end = 0;
    };

    static std::size_t slot(char first, char second) noexcept {
        auto const both = static_cast<unsigned>(static_cast<unsigned char>(first)) * 256u +
                          static_cast<unsigned char>(second);
        return static_cast<std::size_t>(hash_word(both) >> 54);
    }

    std::vector<pair> pairs_ = std::vector<pair>(1024);
};

} // namespace restat::detail
