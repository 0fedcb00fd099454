#pragma once

#include "glob_parser.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace restat::detail {

enum class glob_target : unsigned char { anything, directory };

// All globs of a matcher as one machine, whose states are bits; see glob_automaton.cpp.
class glob_automaton {
public:
    void add(glob_sequence const& glob, glob_target target);

    // Whether a glob matches `text`, or its part from `second` on. In time proportional to both
    // the text and the globs, whatever they are, and without allocation.
    bool matches(std::string_view text, std::size_t second, glob_target what) const noexcept;

private:
    using word = std::uint64_t;
    using states = std::vector<word>;

    // Globs that share some words; no glob is in two lanes.
    struct lane {
        explicit lane(std::size_t bits);
        bool has_room(std::size_t bits) const noexcept;
        bool matches(std::string_view text, std::size_t second, glob_target what) const noexcept;
        void begin(word* active) const noexcept;
        bool step(word* active, unsigned char byte) const noexcept;
        void skip_directories(word* active) const noexcept;

        std::size_t words;
        std::size_t used = 0; // bits
        states start;
        std::array<states, 2> final; // by target
        std::array<states, 2> stay;  // held by any byte but '/', by '/'
        states skip;                 // lead on to the next where a component begins
        states enter;                // by each byte: [byte * words + word]
    };
    class writer;

    lane& lane_for(std::size_t bits);

    std::vector<lane> lanes_;
};

} // namespace restat::detail
