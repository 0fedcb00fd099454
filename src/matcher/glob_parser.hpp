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

    kind type = kind::byte;
    byte_set bytes = {}; // the set of a `byte`; never a slash

    friend bool operator==(glob_token const&, glob_token const&) = default;
};

// A glob without braces.
using glob_sequence = std::vector<glob_token>;

// The limits of an expanded glob: the number of sequences, and of tokens in all of them.
inline constexpr std::size_t max_glob_alternatives = 1024;
inline constexpr std::size_t max_glob_tokens = 16384;

// Returns the sequences of a glob: a sequence for each choice in its braces. For a malformed or
// too large glob, sets `fault` and returns no sequence.
std::vector<glob_sequence> parse_glob(std::string const& glob, letter_case letters,
                                      pattern_fault& fault);

// Returns the sequence that matches each name with this extension. Every byte of the extension is
// itself. For an extension without a possible match, sets `fault`.
glob_sequence sequence_of_extension(std::string const& extension, letter_case letters,
                                    pattern_fault& fault);

} // namespace restat::detail
