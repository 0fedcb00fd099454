#pragma once

#include <restat/error.hpp>
#include <restat/matcher/letter_case.hpp>

#include <bitset>
#include <string>
#include <vector>

namespace restat::detail {

using byte_set = std::bitset<256>;

struct glob_token {
    enum class kind : unsigned char { byte, slash, star };

    kind what = kind::byte;
    byte_set bytes = {}; // which, if `byte`; never a slash

    friend bool operator==(glob_token const&, glob_token const&) = default;
};

// A glob without braces.
using glob_sequence = std::vector<glob_token>;

// A glob may come to this many sequences, and they to this many tokens in all.
inline constexpr std::size_t max_glob_alternatives = 1024;
inline constexpr std::size_t max_glob_tokens = 16384;

// The sequences that a glob stands for, one for each choice in its braces. Sets `fault`, and then
// returns none, if it is malformed or comes to too many.
std::vector<glob_sequence> parse_glob(std::string const& glob, letter_case letters,
                                      pattern_fault& fault);

} // namespace restat::detail
