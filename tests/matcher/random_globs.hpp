#pragma once

#include "dice.hpp"

#include <string>
#include <string_view>

namespace tests {

inline constexpr std::string_view name_pieces[] = {
    "a", "b", ".", "-", "*", "?", "[ab]", "[!a]", "[a-b.]", "[^-b]", "[]-]", "[[:alpha:]]"};

/// Returns a random glob of a name, without braces and without adjacent stars.
inline std::string random_name_glob(dice& random, std::size_t most = 5) {
    std::string name;
    for (auto length = 1 + random.below(most); length > 0; --length) {
        auto const& next = random.one_of(name_pieces);
        if (next != "*" || !name.ends_with('*')) name += next;
    }
    return name;
}

inline std::string_view last_component(std::string_view path) {
    return path.substr(path.find_last_of('/') + 1);
}

} // namespace tests
