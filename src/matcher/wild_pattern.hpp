#pragma once

#include "byte_classes.hpp"
#include "prefix_suffix_filter.hpp"

#include <restat/matcher/letter_case.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// The kind of text that a pattern of an ignore file is matched against.
enum class wild_text : unsigned char { name, path };

// A pattern of an ignore file with wildcards, with the semantics of git's wildmatch. See
// wild_pattern.cpp.
class wild_pattern {
public:
    enum class fault : unsigned char { none, never_matches, too_large };

    static constexpr std::size_t max_tokens = 1024;

    // Compiles `pattern`, without the syntax around it in an ignore file: `!`, a leading and a
    // final slash.
    wild_pattern(std::string_view pattern, wild_text against, letter_case letters);

    fault found_fault() const noexcept { return fault_; }
    // Returns the text, if the pattern matches a single text.
    std::optional<std::string> literal() const;
    // Returns "c" for "*c", if the pattern matches every name with this end.
    std::optional<std::string> suffix() const;

    // Returns the bytes before the first wildcard of variable length, and after the last.
    prefix_suffix_filter::ends ends() const;

    // Return a set of byte pairs in 64 bits: the pairs in a text, and the pairs in every matching
    // text. Lower case if letters are folded.
    static std::uint64_t pairs_in(std::string_view text) noexcept;
    std::uint64_t required_pairs() const noexcept { return pairs_in(within_); }

    // Return whether a text with this first, or last, byte may match.
    bool may_begin(char c) const noexcept { return front_ == 0 || fits(tokens_.front(), c); }
    bool may_end(char c) const noexcept {
        bool const loops = front_ != tokens_.size() && back_ == 0;
        return loops || fits(tokens_.back(), c);
    }

    // Matches a whole text, given in lower case if letters are folded. \cost at most in
    // proportion to text length times pattern length, for any input; no allocation
    bool matches(std::string_view text) const noexcept;

private:
    struct token {
        enum class kind : unsigned char {
            byte,
            set,
            star, // any bytes except slashes
            any,  // any bytes
            skip, // any number of whole directories
        };
        kind type;
        char byte = 0;
        std::uint32_t set = 0;

        bool loops() const noexcept { return type >= kind::star; }
    };
    class parser;
    class run;

    bool fits(token const& with, char c) const noexcept;
    byte_set bytes_of(token const& one) const;
    std::optional<std::string> bytes_from(std::size_t first) const;
    std::string longest_bytes() const;

    std::vector<token> tokens_;
    std::vector<byte_set> sets_;
    std::size_t front_ = 0; // tokens before the first looping token
    std::size_t back_ = 0;  // tokens after the last
    std::string within_;    // required between them in every match
    fault fault_ = fault::none;
};

} // namespace restat::detail
