#pragma once

#include <restat/matcher/letter_case.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

// Up to 64 groups of texts; tells in one pass of which groups no text is in a path. Each text is
// known by its first two bytes and its last two, so it may take a path for one that has it.
class literal_set {
public:
    static constexpr std::size_t most = 64;
    using groups = std::uint64_t; // a bit for each

    literal_set() = default;
    literal_set(std::vector<std::vector<std::string>> const& texts, letter_case letters);

    // All groups of which a text is in the path, and perhaps others. No step waits for the one
    // before, as it would in an automaton.
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
        groups begin = 0; // with a text that begins so
        groups end = 0;
    };

    static std::size_t slot(char first, char second) noexcept {
        auto const both = static_cast<unsigned>(static_cast<unsigned char>(first)) * 256u +
                          static_cast<unsigned char>(second);
        return (both * 0x9E37'79B1u) >> 22;
    }

    std::vector<pair> pairs_ = std::vector<pair>(1024);
};

} // namespace restat::detail
