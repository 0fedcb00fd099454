#pragma once

#include "glob_parser.hpp"
#include "prefix_suffix_filter.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

// A compiled glob without braces; see glob_program.cpp.
class glob_program {
public:
    glob_program(glob_sequence const& glob, letter_case letters);

    // Matches a whole text. \cost at most text length times glob length; no allocation
    bool matches(std::string_view text) const noexcept;

    // Return the literal start and end of a match, in lower case if letters are folded. A glob
    // without wildcards is a head alone.
    std::string_view head() const noexcept {
        return std::string_view{literals_}.substr(0, head_);
    }
    std::string_view tail() const noexcept { return std::string_view{literals_}.substr(head_); }
    bool is_literal() const noexcept { return steps_.empty(); }
    // Returns whether the glob starts with `**/`, and so matches below any directory.
    bool is_anywhere() const noexcept {
        return head_ == 0 && !steps_.empty() && steps_.front().kind == op::directories;
    }
    // Returns whether the glob is a `*` followed by the tail.
    bool is_tail() const noexcept { return head_ == 0 && is_one(op::star); }

    // Returns the bytes before the first wildcard of variable length, and after the last.
    prefix_suffix_filter::ends ends() const;
    // Returns all bytes required in a text, run by run, with a `/` added before and after the
    // text.
    std::vector<std::string> required() const;

private:
    enum class op : unsigned char {
        // Steps that take a single byte:
        byte,  // this byte
        slash, // `/`
        any,   // any byte except `/`
        set,   // a byte of a set without `/`
        // Steps of variable length:
        star,        // any bytes except `/`, also none
        directories, // `**/`: any number of components, each with its `/`
        rest,        // `/**` at the end: at least one byte
        everything,  // `**/*` before the tail
    };
    struct step {
        op kind;
        unsigned char byte = 0;
        std::uint32_t set = 0;
    };
    class run;

    std::size_t add_stars(glob_sequence const& glob, std::size_t first);
    void add_token(glob_token const& token);
    void take_ends();
    void find_within();
    byte_set bytes_of(step const& one) const;
    bool is_one(op kind) const noexcept { return steps_.size() == 1 && steps_[0].kind == kind; }
    bool same(std::string_view literal, char const* text) const noexcept;

    std::string literals_; // head and tail
    std::size_t head_ = 0;
    std::vector<step> steps_; // between head and tail
    std::string within_;      // the longest text among the steps, unless letters are folded
    std::vector<byte_set> sets_;
    letter_case letters_;
};

} // namespace restat::detail
