#pragma once

#include "ends_filter.hpp"
#include "glob_parser.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

// One glob without braces, compiled; see glob_program.cpp.
class glob_program {
public:
    glob_program(glob_sequence const& glob, letter_case letters);

    // In time proportional to text times glob at most, and without allocation.
    bool matches(std::string_view text) const noexcept;

    // What a text begins and ends with; small letters if letters are folded. A glob without
    // wildcards is nothing but a head.
    std::string_view head() const noexcept {
        return std::string_view{literals_}.substr(0, head_);
    }
    std::string_view tail() const noexcept { return std::string_view{literals_}.substr(head_); }
    bool is_literal() const noexcept { return steps_.empty(); }
    // Begins with `**/`: what it matches, it matches below any directory too.
    bool is_anywhere() const noexcept {
        return head_ == 0 && !steps_.empty() && steps_.front().what == op::directories;
    }
    // Only a `*` stands before the tail.
    bool is_tail() const noexcept { return head_ == 0 && is_one(op::star); }

    // What stands before the first wildcard that takes any number of bytes, and after the last.
    ends_filter::ends ends() const;
    // All bytes that a text must have, run by run, when a `/` is set before and behind it.
    std::vector<std::string> required() const;

private:
    enum class op : unsigned char {
        // That take one byte:
        byte,  // this one
        slash, // `/`
        any,   // any but `/`
        set,   // one of a set, which has no `/`
        // That take as many as they need:
        star,        // any bytes but `/`, also none
        directories, // `**/`: any number of components, each with its `/`
        rest,        // `/**` at the end: at least one byte
        everything,  // `**/*` before the tail
    };
    struct step {
        op what;
        unsigned char byte = 0;
        std::uint32_t set = 0;
    };
    class run;

    std::size_t add_stars(glob_sequence const& glob, std::size_t first);
    void add_token(glob_token const& token);
    void take_ends();
    void find_within();
    byte_set bytes_of(step const& one) const;
    bool is_one(op what) const noexcept { return steps_.size() == 1 && steps_[0].what == what; }
    bool same(std::string_view literal, char const* text) const noexcept;

    std::string literals_; // head and tail
    std::size_t head_ = 0;
    std::vector<step> steps_; // between them
    std::string within_;      // the longest text among the steps, if letters are not folded
    std::vector<byte_set> sets_;
    letter_case letters_;
};

} // namespace restat::detail
